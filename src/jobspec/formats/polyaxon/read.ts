import { distinct, Findings } from '../../../findings.ts';
import type { ReadingRules } from '../../../inputs/reading.ts';
import type { SpecFile } from '../../file/spec-file.ts';
import { errorsByPlace } from '../../findings/findings.ts';
import { mapAt } from '../../format/nodes.ts';
import type { Additions, ParsedSpec } from '../../format/parsed-spec.ts';
import { readDefaults } from '../../layers/defaults.ts';
import { deepOverlay } from '../../layers/layers.ts';
import { readMapping } from '../../yaml/mapping.ts';
import type { MapNode } from '../../yaml/node.ts';
import { mergeKeys } from '../python/merge-keys.ts';
import { LENIENCE } from '../python/twice.ts';
import { readGroup } from './group.ts';
import { type Result, readJob } from './job.ts';
import type { Names } from './template/evaluate.ts';
import { OTHER_RUN } from './template/render-nodes.ts';
import { type Translation, translate } from './translate.ts';
import { withoutNulls } from './without-nulls.ts';

/** Reads a polyaxonfile of version 1, in the dialect it is written in, as a job of our own. */
export function readPolyaxon(file: SpecFile, reading: ReadingRules): ParsedSpec {
  const findings = new Findings();
  const twice = new Findings();
  const root = mergeFiles(file, reading.strict ? undefined : twice);
  const make = (_job: string | undefined, additions: Additions): Result => {
    const made = makeOne({ file, root, reading }, additions);
    return { ...made, findings: [...twice.all, ...made.findings] };
  };
  // What the caller gives may be all that is missing: a value of another run, one of too many in a matrix.
  findings.add(make(undefined, {}).findings.filter(({ code }) => code !== OTHER_RUN && code !== 'matrix'));
  findings.throwIfErrors(errorsByPlace);
  return { file, format: 'polyaxon', jobs: undefined, findings: distinct(findings.all), make };
}

/** Every value keeps the place in the file that it came from. */
function mergeFiles(file: SpecFile, twice: Findings | undefined): MapNode {
  const files = [file, ...(file.over ?? [])];
  return withoutNulls(
    files.map((one) => mergeKeys(readMapping(one, { twice, lenience: LENIENCE }))).reduce(deepOverlay),
  );
}

interface Source {
  readonly file: SpecFile;
  readonly root: MapNode;
  readonly reading: ReadingRules;
}

/** The file in our words is a job; each run of a group is the file once more, with the values of that run. */
function makeOne({ file, root, reading }: Source, additions: Additions): Result {
  const { defaults, repositoryName = '', toRun = false } = additions;
  const lower = defaults === undefined ? undefined : readDefaults(defaults);
  const elsewhere = new Set(lower && mapAt(lower, 'params')?.entries.keys());
  const { given, overrides } = split(additions);
  const { undefinedNames } = reading;
  const which = { job: undefined, names: [] };
  const translated = (varied?: Names): Translation =>
    translate(root, { params: given, elsewhere, toRun, undefinedNames, varied }, reading);
  const read = (translation: Translation): Result =>
    readJob({ file, translation, lower, overrides, which, given, elsewhere, repositoryName, toRun });
  const whole = translated();
  return readGroup(read(whole), { whole, translated, read });
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
