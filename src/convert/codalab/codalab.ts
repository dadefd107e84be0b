import type { Findings } from '../../findings.ts';
import { jobNameOf } from '../../jobspec/values/names.ts';
import { readMapping } from '../../jobspec/yaml/mapping.ts';
import { escapeBraces, type Field, type Fields, orNothing, Written } from '../draft/fields.ts';
import { OF_STEP } from '../environment.ts';
import { report } from '../not-converted.ts';
import { type ShellCommand, shellCommands } from '../shell-words.ts';
import type { Converter, ConvertSource } from '../source.ts';
import { memberAt, membersOf, yamlValue } from '../yaml-value.ts';
import { splitCommand } from './command.ts';
import { reportDependencies, reportOptions } from './reports.ts';
import { type CodalabRun, readRun, runOfBundle } from './run.ts';

/** Also behind the marks of worksheets, notebooks and lists, and in a variable. */
const MARKS = String.raw`^[ \t]*(?:[-*>!$%][ \t]*|\w+=["$(\x60]+[ \t]*)?`;
const LINE = new RegExp(`${MARKS}cl[ \\t]+run[ \\t]`, 'm');
const BUNDLE = /^[ \t{]*["']?(?:request_docker_image|request_gpus|bundle_type)["']?:/m;

/** Lines `cl run …` of a script, a worksheet or a command line, and the description of a bundle. */
export const codalab: Converter = {
  recognises: ({ path, text, words }) =>
    (words?.[0] === 'cl' && words[1] === 'run') ||
    (!path.endsWith('.py') && (LINE.test(text) || BUNDLE.test(text))),
  convert: convertRuns,
};

function convertRuns(source: ConvertSource, findings: Findings): Fields {
  const all = runsIn(source, findings);
  const runs = all.slice(0, MOST_RUNS);
  if (all.length > MOST_RUNS)
    report(
      `it has more than ${MOST_RUNS} lines "cl run …": the first are converted`,
      runs.at(-1)?.at ?? { file: source.path },
      findings,
    );
  const uploads = uploadsIn(source);
  const jobs = runs.map((run) => ({ run, fields: fieldsOf(run, uploads, findings) }));
  const [first] = jobs;
  if (first === undefined) {
    report('no line "cl run …" is in it', { file: source.path, line: 1, column: 1 }, findings);
    return {};
  }
  if (runs.length === 1) return first.fields;
  const names = new Map<string, Fields>();
  for (const { fields } of jobs) names.set(freeName(fields['name'], names), { ...fields, name: undefined });
  return { jobs: Object.fromEntries(names) };
}

function freeName(wanted: Field | undefined, taken: ReadonlyMap<string, unknown>): string {
  const name = typeof wanted === 'string' && wanted !== 'all' ? wanted : 'run';
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name.slice(0, 55)}-${number}`)) number += 1;
  return `${name.slice(0, 55)}-${number}`;
}

const MOST_RUNS = 100;

function runsIn({ path, text, words }: ConvertSource, findings: Findings): readonly CodalabRun[] {
  if (words !== undefined && words.length > 1) return [readRun(words.slice(2), { file: path })];
  if (!LINE.test(text)) {
    const root = yamlValue(readMapping({ path, text }));
    return [runOfBundle(membersOf(root), membersOf(memberAt(root, ['metadata'])), root.at)];
  }
  reportPassedOver(path, text, findings);
  return commandsIn(text, 'run').map(({ words: rest, line, expands }) =>
    readRun(rest, { file: path, line, column: 1 }, expands),
  );
}

/** What the shell begins in the middle of a line. */
function reportPassedOver(path: string, text: string, findings: Findings): void {
  for (const [index, line] of text.split('\n').entries()) {
    const all = line.split('#')[0]?.match(/(?:^|[\s;&|({$])cl[ \t]+run[ \t]/g)?.length ?? 0;
    if (all <= (LINE.test(line) ? 1 : 0)) continue;
    const message = '"cl run" in the middle of a line is not converted: begin a line with it';
    report(message, { file: path, line: index + 1, column: 1 }, findings);
  }
}

const LONGEST_COMMAND = 20_000;

/** Each `cl <verb>` at the beginning of a line, whatever stands around it, with the words behind. */
function commandsIn(text: string, verb: string): readonly ShellCommand[] {
  const lines = text.matchAll(new RegExp(`${MARKS}(?=cl[ \\t]+${verb}[ \\t])`, 'gm'));
  return [...lines].slice(0, MOST_RUNS + 1).flatMap((match) => {
    const from = match.index + match[0].length;
    const [command] = shellCommands(text.slice(from, from + LONGEST_COMMAND));
    if (command === undefined) return [];
    const line = text.slice(0, from).split('\n').length;
    return [{ ...command, words: command.words.slice(2), line }];
  });
}

/** Bundles that the same text uploads, by their names: they are files of the repository. */
function uploadsIn({ text }: ConvertSource): ReadonlySet<string> {
  const words = commandsIn(text, 'upload').flatMap((command) => command.words);
  return new Set(words.filter((word) => !word.startsWith('-')));
}

function fieldsOf(run: CodalabRun, uploads: ReadonlySet<string>, findings: Findings): Fields {
  const { options, command, at } = run;
  const one = (key: string): string | undefined => options.get(key)?.[0];
  const name = one('name');
  if (command === undefined) report('it has no command: write "run"', at, findings);
  if (run.expands)
    report('variables of the shell that calls "cl run" stand as they are: make params of them', at, findings);
  const split = command === undefined ? undefined : splitCommand(command);
  for (const secret of split?.secrets ?? []) report(`${secret}: ${OF_STEP}`, at, findings);
  reportOptions(run, findings);
  reportDependencies(run, uploads, findings);
  const message =
    'CodaLab keeps every file of the work directory: name what comes back below "outputs" (outputs/ does by itself)';
  report(`outputs: ${message}`, { file: at.file }, findings);
  return {
    name: name === undefined ? undefined : jobNameOf(name),
    run: split && escapeBraces(split.text),
    secrets: orNothing([...(split?.secrets ?? [])]),
    image: imageOf(run, findings),
    gpu: countOf(one('request_gpus')),
    cpu: countOf(one('request_cpus')),
    memory: sizeOf(one('request_memory')),
    disk: sizeOf(one('request_disk')),
    timeout: timeOf(one('request_time')),
    'runs-on': one('request_queue')?.replace(/^tag=/, ''),
    backend: options.has('request_network') ? undefined : { docker: { network: 'none' } },
  };
}

function imageOf({ options, at }: CodalabRun, findings: Findings): string | undefined {
  const image = options.get('request_docker_image')?.[0];
  if (image === undefined)
    report(
      'image: CodaLab takes codalab/default-cpu, or default-gpu; a base is chosen here, and the packages of the repository are installed',
      at,
      findings,
    );
  return image;
}

/** None is no request. */
function countOf(text: string | undefined): Field | undefined {
  if (text === undefined || /^0+$/.test(text)) return undefined;
  return /^\d+$/.test(text) ? new Written(text) : text;
}

/** CodaLab counts in 1024s, and without a unit in bytes. */
function sizeOf(text: string | undefined): string | undefined {
  const [, number = '', unit = ''] = /^([\d.]+)\s*([kmgt]?)b?$/i.exec(text ?? '') ?? [];
  if (number === '') return text;
  return unit === '' ? `${Number(number) / 1e3}KB` : `${number}${unit.toUpperCase()}iB`;
}

/** `3`, `3m`, `3h`, `3d`; seconds without a unit. */
function timeOf(text: string | undefined): string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? `${text}s` : text;
}
