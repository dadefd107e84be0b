import { posix } from 'node:path';
import type { Finding, Location } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { FileSet, Recipe } from '../../recipe/recipe.ts';
import type { Facts, FileEntry } from '../plan.ts';
import { type CalledScript, calledScripts } from './called-scripts.ts';

interface ScriptFacts extends Pick<Facts, 'files'> {
  readonly windowsScripts: ReadonlyMap<FileSet, readonly string[]>;
}

/** Scripts of the code that a command runs and that no system would start: told before a run ends in 126 or 127. */
export function scriptFindings(
  { job, code }: Pick<Recipe, 'job' | 'code'>,
  facts: ScriptFacts,
): readonly Finding[] {
  const called = code === undefined ? [] : calledScripts(job.command);
  if (code === undefined || called.length === 0) return [];
  const entries = new Map((facts.files.get(code.files) ?? []).map((entry) => [entry.path, entry]));
  const windows = new Set(facts.windowsScripts.get(code.files));
  const findings = new Findings();
  for (const script of called) {
    const entry = entries.get(inside(script.path, code.folder));
    if (entry?.kind === 'file') warnOf(script, entry, { windows, at: locationOf(job) }, findings);
  }
  return findings.all;
}

interface Warned {
  readonly windows: ReadonlySet<string>;
  readonly at: Location | undefined;
}

function warnOf(script: CalledScript, entry: FileEntry, { windows, at }: Warned, findings: Findings): void {
  if (windows.has(entry.path)) warnOfLineEnds(entry.path, at, findings);
  if (script.direct && !entry.executable) warnOfMode(script, entry, at, findings);
}

function inside(path: string, folder: string): string {
  const prefix = `${folder}/`;
  return posix.normalize(path.startsWith(prefix) ? path.slice(prefix.length) : path);
}

function locationOf({ origins }: Job): Location | undefined {
  return origins.get('run') ?? origins.get('command');
}

function warnOfLineEnds(path: string, at: Location | undefined, findings: Findings): void {
  findings.warning(
    'windows-line-ends',
    `"${path}" has the line ends of Windows, and no shell of Linux can run it`,
    { hint: `sed -i 's/\\r$//' ${path}; to keep it so, write "${path} text eol=lf" into .gitattributes`, at },
  );
}

function warnOfMode(
  { path: written }: CalledScript,
  { path }: FileEntry,
  at: Location | undefined,
  findings: Findings,
): void {
  const program = /\.py$/.test(path) ? 'python' : 'bash';
  findings.warning(
    'not-executable',
    `"${path}" is not executable, so that it cannot be started by its name`,
    {
      hint: `git update-index --chmod=+x ${path}, and commit it; or write: ${program} ${written}`,
      at,
    },
  );
}
