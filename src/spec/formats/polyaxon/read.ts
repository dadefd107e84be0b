import type { Finding } from '../../../errors.ts';
import { readDefaults } from '../../defaults.ts';
import { JobFields } from '../../fields/job.ts';
import { distinct, throwErrors } from '../../findings/findings.ts';
import { keysAt } from '../../findings/known-keys.ts';
import { laterFindings } from '../../findings/later.ts';
import { findingsOf } from '../../findings/problems.ts';
import type { BuiltImage, Job, Param } from '../../job.ts';
import { deepOverlay, omit, overlay } from '../../layers/layers.ts';
import { applyOverrides } from '../../layers/overrides.ts';
import { type Made, makeJob } from '../../make/make-job.ts';
import type { Additions, ParsedSpec } from '../../parsed-spec.ts';
import type { Reading } from '../../reading.ts';
import type { SpecFile } from '../../spec-file.ts';
import { jobNameOf } from '../../values/names.ts';
import { readMapping } from '../../yaml/mapping.ts';
import { type MapNode, mapNode, plain } from '../../yaml/node.ts';
import { mergeKeys } from '../python/merge-keys.ts';
import type { PyValue } from '../python/py-value.ts';
import { floatText, pythonText } from '../python/python-text.ts';
import type { Names } from './evaluate.ts';
import { readGroup } from './group.ts';
import { listNode, mapAt, textNode } from './nodes.ts';
import { type Translation, translate } from './translate.ts';
import { runVariables } from './variables.ts';

type Result = Made | { readonly findings: readonly Finding[] };

/** Reads a polyaxonfile of version 1, in the dialect it is written in, as a job of our own. */
export function readPolyaxon(file: SpecFile, reading: Reading): ParsedSpec {
  const root = mergeFiles(file);
  const make = (_job: string | undefined, additions: Additions): Result =>
    makeOne({ file, root, reading }, additions);
  const { findings } = make(undefined, {});
  const all = distinct(findings);
  throwErrors(all);
  return { file, format: 'polyaxon', jobs: undefined, findings: all, make };
}

/** Every value keeps the place in the file that it came from. */
function mergeFiles(file: SpecFile): MapNode {
  const files = [file, ...(file.over ?? [])];
  return files.map((one) => mergeKeys(readMapping(one))).reduce(deepOverlay);
}

const COMMAND = ['run', 'command'];

interface Source {
  readonly file: SpecFile;
  readonly root: MapNode;
  readonly reading: Reading;
}

/** Defaults file, the file itself in our words, overrides: each layer on top of the one before. */
function makeOne({ file, root, reading }: Source, additions: Additions): Result {
  const { defaults, repositoryName = '', toRun = false } = additions;
  const lower = defaults === undefined ? mapNode([], root.location) : readDefaults(defaults);
  const elsewhere = new Set(mapAt(lower, 'params')?.entries.keys());
  const { given, overrides } = split(additions);
  const { undefinedNames } = reading;
  const translated = (varied?: Names): Translation =>
    translate(root, { params: given, elsewhere, toRun, undefinedNames, varied }, reading);
  const translation = translated();
  const layered = overlay(translation.command === undefined ? lower : omit(lower, COMMAND), translation.root);
  const overridden = applyOverrides(layered, overrides, { job: undefined, names: [] });
  const { root: native, isOurs } = withPlaceholder(overridden.root, translation);

  const read = JobFields.safeParse(plain(native));
  const findings = [...translation.findings, ...laterFindings(native)];
  if (!read.success)
    return { findings: [...findings, ...furtherFindings(read.error.issues, native, findings)] };
  const name = read.data.name ?? jobNameOf(repositoryName);
  const others = othersOf(given, elsewhere, translation);
  const source = { name, spec: file.path, format: 'polyaxon', root: native, given: others, toRun };
  const made = makeJob({ ...source, fields: read.data });
  const all = [...findings, ...made.findings.map((finding) => inTheirWords(finding, translation))];
  const complete = (job: Job, own: Translation): Job => completed(job, own, isOurs, file);
  const job = complete(made.job, translation);
  if (all.some(({ level }) => level === 'error')) return { job, findings: all };
  const { strategy, findings: further } = readGroup(made.job, { whole: translation, translated, complete });
  return { job: { ...job, strategy }, findings: distinct([...all, ...further]) };
}

/** Values of the caller for params that our own reader knows: of the defaults file, and those that a group varies. */
function othersOf(
  given: ReadonlyMap<string, string>,
  elsewhere: ReadonlySet<string>,
  { names, search }: Translation,
): ReadonlyMap<string, string> {
  const isOther = (param: string): boolean =>
    search?.values.has(param) === true || (elsewhere.has(param) && !names.has(param));
  return new Map([...given].filter(([param]) => isOther(param)));
}

/** Overrides of params, by either of their names, are values of params. */
function split({ params = new Map(), overrides = new Map() }: Additions): {
  readonly given: ReadonlyMap<string, string>;
  readonly overrides: ReadonlyMap<string, string>;
} {
  const isParam = (key: string): boolean => /^(?:params|declarations)\.[^.]+$/.test(key);
  const values = [...overrides].filter(([key]) => isParam(key));
  const given = values.map(([key, value]) => [key.slice(key.indexOf('.') + 1), value] as const);
  return {
    given: new Map([...given, ...params]),
    overrides: new Map([...overrides].filter(([key]) => !isParam(key))),
  };
}

/** Our reader reads templates of our own; the command is rendered already, and is put in afterwards. */
function withPlaceholder(
  root: MapNode,
  { command }: Translation,
): { readonly root: MapNode; readonly isOurs: boolean } {
  if (command === undefined || COMMAND.some((key) => root.entries.has(key))) return { root, isOurs: false };
  const { location } = command;
  const value = listNode([textNode(SHELL, location)], location);
  return {
    root: mapNode([...root.entries, ['command', { key: location, value }]], root.location),
    isOurs: true,
  };
}

/** As Polyaxon starts a run: without `-e` and `pipefail`. */
const SHELL = '/bin/bash';

/** What is wrong in the file was told in its own words. */
function furtherFindings(
  issues: Parameters<typeof findingsOf>[0],
  native: MapNode,
  told: readonly Finding[],
): readonly Finding[] {
  const isTold = told.some(({ level }) => level === 'error');
  const further = findingsOf(issues, native, (path) => keysAt(JobFields, path));
  return further.filter(({ location }) => !isTold || location?.file !== native.location.file);
}

function inTheirWords(finding: Finding, { kind }: Translation): Finding {
  if (finding.code !== 'not-ready' || kind !== 'build') return finding;
  const message = 'a file of kind "build" makes an image and runs nothing';
  return {
    ...finding,
    message,
    hint: 'build it alone (jobimg build), or write "kind: job" with "run: { cmd: … }"',
  };
}

function completed(job: Job, translation: Translation, isOurs: boolean, { over }: SpecFile): Job {
  const overlays = over?.map(({ path }) => path);
  const { command, names, folder } = translation;
  const variables = runVariables(job, translation);
  const env = [...variables].map(([name, value]) => [name, [value]] as const);
  return {
    ...job,
    ...(command !== undefined && isOurs
      ? { command: { kind: 'arguments', words: [[SHELL], ['-c'], [command.text]] } }
      : {}),
    image: job.image.kind === 'built' ? completedImage(job.image, translation) : job.image,
    ...(overlays === undefined ? {} : { overlays }),
    code: { ...job.code, folder, ignore: '.polyaxonignore' },
    params: new Map([...job.params, ...paramsOf(names)]),
    env: new Map([...env, ...job.env]),
  };
}

function completedImage(image: BuiltImage, { early, inherits }: Translation): BuiltImage {
  return { ...image, early, ...(inherits.size === 0 ? {} : { inherits }) };
}

function paramsOf(names: Names): readonly (readonly [string, Param])[] {
  return [...names].map(([name, value]) => [name, paramOf(value)]);
}

function paramOf(value: PyValue): Param {
  const text = pythonText(value);
  if (value.kind === 'int') return { type: 'int', text };
  if (value.kind === 'bool') return { type: 'bool', text: text.toLowerCase() };
  const isNumber = value.kind === 'float' && Number.isFinite(value.value);
  return isNumber ? { type: 'float', text: floatText(value.value) } : { type: 'string', text };
}
