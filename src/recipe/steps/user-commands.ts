import { posix } from 'node:path';
import type { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, StepSpec } from '../../jobspec/job/job.ts';
import type { Step } from '../step.ts';

/** One line of a Dockerfile, and one argument of a process, are no longer. */
const MAX_LINE = 65_000;
const MAX_TEXT = 120_000;

/** The shell texts of `build` and `setup`, each a step of its own. */
export function commandSteps(
  kind: 'build' | 'setup',
  image: Pick<BuiltImage, 'build' | 'setup' | 'secrets'>,
  findings: Findings,
): readonly Step[] {
  const all = image.secrets.map(({ name }) => name);
  return image[kind].map((spec, index) => {
    const title = `${kind} ${index + 1}`;
    checkText(spec, title, findings);
    checkSecrets(spec, all, findings);
    const { run, env, origin, secrets = all } = spec;
    return { title, kind: 'shell', run, env, origin, secrets: [...new Set(secrets)].sort(), files: [] };
  });
}

function checkText({ run, origin }: StepSpec, title: string, findings: Findings): void {
  const location = origin;
  if (run.includes('\0')) {
    findings.error('step-text', `the step ${title} contains a NUL character`, { at: location });
  }
  const tooLong =
    Buffer.byteLength(run) > MAX_TEXT || run.split('\n').some((line) => Buffer.byteLength(line) > MAX_LINE);
  if (!tooLong) return;
  const hint = 'put it into a script of the repository and run that in "setup"';
  findings.error('step-text', `the step ${title} is too long for one command`, { hint, at: location });
}

function checkSecrets(
  { secrets = [], origin }: StepSpec,
  known: readonly string[],
  findings: Findings,
): void {
  for (const name of secrets.filter((secret) => !known.includes(secret))) {
    findings.error(
      'unknown-build-secret',
      `the step names the secret "${name}", which the image does not declare`,
      { hint: `write image: { secrets: [${name}] }`, at: origin },
    );
  }
}

/** What pip takes requirements from, as people write it. */
const READ_FILE = /(?:^|\s)(?:-r|--requirement|-c|--constraint)[ =]?["']?((?:\.\/)?[\w][\w./-]*)/g;

/** Steps of `build` come before the code: a file of the repository is not there, unless it is one of `early`. */
export function warnOfCode(
  { build, early = [] }: Pick<BuiltImage, 'build' | 'early'>,
  tree: Tree,
  findings: Findings,
): void {
  const there = early.flatMap(({ anyOf }) => anyOf);
  for (const { run, origin } of build) {
    // Elsewhere a file of the same name may be another one.
    if (/\bcd\s|\bgit\s+clone\b/.test(run)) continue;
    const named = [...run.matchAll(READ_FILE)].map(([, path = '']) => posix.normalize(path));
    const path = named.find((one) => tree.has(one) && !there.includes(one));
    if (path === undefined) continue;
    const message = `a step of "build" reads "${path}", and the files of the repository are not there before the code`;
    const hint = 'write image: { requirements: … } for packages, or put the step below "setup"';
    findings.warning('build-reads-code', message, { hint, at: origin });
  }
}
