import type * as z from 'zod';
import { type Finding, UserError } from '../errors.ts';
import { readDefaults } from './defaults.ts';
import type { SpecFile } from './find.ts';
import { distinct, throwErrors } from './findings.ts';
import { ImageFields } from './image.ts';
import { laterFindings } from './later.ts';
import { omit, overlay } from './layers.ts';
import { type Made, makeJob } from './make-job.ts';
import { readMapping } from './mapping.ts';
import { jobNameOf, parseJobName } from './names.ts';
import { type MapNode, mapNode, type Path, plain } from './node.ts';
import { applyOverrides } from './overrides.ts';
import type { Additions, ParsedSpec } from './parsed-spec.ts';
import { findingsOf } from './problems.ts';
import { JobFields } from './spec.ts';

const JOB_KEYS = Object.keys(JobFields.shape);
const IMAGE_KEYS = Object.keys(ImageFields.shape);

/** Reads a spec of our own format and checks every job of it as it stands in the file. */
export function readNative(file: SpecFile): ParsedSpec {
  const root = readMapping(file);
  const shared = omit(root, ['jobs']);
  const jobs = jobsOf(root);
  const layers = jobs.nodes ?? new Map([[undefined, mapNode([], root.location)]]);
  const make = (job: string | undefined, additions: Additions) => {
    const layered = { file, shared, job, own: layers.get(job) ?? mapNode([], root.location) };
    return makeLayered(layered, additions);
  };
  const checked = [...layers.keys()].flatMap((job) => make(job, {}).findings);
  const findings = distinct([...jobs.findings, ...checked]);
  throwErrors(findings);
  const names = jobs.nodes === undefined ? undefined : [...jobs.nodes.keys()].flatMap((name) => name ?? []);
  return { file, format: 'jobimg', findings, make, ...(names === undefined ? {} : { jobs: names }) };
}

interface Jobs {
  readonly nodes?: ReadonlyMap<string | undefined, MapNode>;
  readonly findings: readonly Finding[];
}

function jobsOf(root: MapNode): Jobs {
  const entry = root.entries.get('jobs');
  if (entry === undefined) return { findings: [] };
  const findings: Finding[] = [];
  const say = (message: string, hint: string, location = entry.value.location) =>
    findings.push({ level: 'error', code: 'jobs', message, hint, location });
  const nodes = new Map<string, MapNode>();
  const name = root.entries.get('name');
  if (name !== undefined)
    say('"name" beside "jobs" would name each of them', 'each job has its key as its name', name.key);
  if (entry.value.kind !== 'map' || entry.value.entries.size === 0) {
    say(
      '"jobs" is a mapping from names to jobs',
      'write, for example: jobs: { train: { run: python train.py } }',
    );
    return { nodes, findings };
  }
  for (const [job, { key, value }] of entry.value.entries) {
    if (value.kind === 'map') nodes.set(job, value);
    else if (value.kind === 'null') nodes.set(job, mapNode([], value.location));
    else say(`the job "${job}" is not a mapping`, 'write its fields below its name', value.location);
    findings.push(...problemOfName(job, key));
  }
  return { nodes, findings };
}

function problemOfName(job: string, location: Finding['location']): readonly Finding[] {
  try {
    parseJobName(job);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map((finding) => ({ ...finding, code: 'invalid-key', location }));
  }
}

interface Layered {
  readonly file: SpecFile;
  readonly shared: MapNode;
  readonly job: string | undefined;
  readonly own: MapNode;
}

/** Defaults file, keys beside `jobs:`, the job's own, overrides: each layer on top of the one before. */
function makeLayered(
  { file, shared, job, own }: Layered,
  additions: Additions,
): Made | { readonly findings: readonly Finding[] } {
  const {
    defaults,
    params = new Map(),
    overrides = new Map(),
    repositoryName = '',
    toRun = false,
  } = additions;
  const written = overlay(shared, own);
  const layered = defaults === undefined ? written : overlay(readDefaults(defaults), written);
  const { root, params: given } = applyOverrides(layered, overrides, job);
  const name = (fields: JobFields) => fields.name ?? job ?? jobNameOf(repositoryName);
  const source = { spec: file.path, format: 'jobimg', root, given: new Map([...given, ...params]), toRun };
  const read = JobFields.safeParse(plain(root));
  const later = laterFindings(root);
  if (read.success) {
    const made = makeJob({ ...source, name: name(read.data), fields: read.data });
    return { job: made.job, findings: [...made.findings, ...later] };
  }
  const { issues } = read.error;
  return { findings: [...findingsOf(issues, root, knownKeys), ...furtherFindings(source, issues), ...later] };
}

/** What else is wrong, told by the fields that could be read, so that everything is said at once. */
function furtherFindings(
  source: Omit<Parameters<typeof makeJob>[0], 'name' | 'fields'>,
  issues: readonly z.core.$ZodIssue[],
): readonly Finding[] {
  const bad = new Set(
    issues.flatMap((issue) => (issue.path.length > 0 ? [String(issue.path[0])] : unknownOf(issue))),
  );
  const read = JobFields.safeParse(plain(omit(source.root, [...bad])));
  if (!read.success) return [];
  const { findings } = makeJob({ ...source, name: 'job', fields: read.data });
  const areNamesKnown = !['params', 'env', 'secrets'].some((key) => bad.has(key));
  return findings
    .filter(({ code }) => areNamesKnown || !DEPENDENT.has(code))
    .filter(({ code }) => code !== 'not-ready');
}

/** Findings that an unreadable mapping of names would cause. */
const DEPENDENT: ReadonlySet<string> = new Set(['template-name', 'param']);

function unknownOf(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys : [];
}

function knownKeys(path: Path): readonly string[] {
  if (path.length === 0) return [...JOB_KEYS, 'jobs'];
  if (path.length === 1 && path[0] === 'image') return IMAGE_KEYS;
  return keysBelow(path);
}

/** Keys of the small mappings are few enough to be told by the schema itself. */
function keysBelow(path: Path): readonly string[] {
  return KEYS_BELOW.find(({ at }) => at.test(path.join('.')))?.keys ?? [];
}

const KEYS_BELOW: readonly { readonly at: RegExp; readonly keys: readonly string[] }[] = [
  { at: /^backend$/, keys: ['docker'] },
  { at: /^backend\.docker$/, keys: ['host', 'network', 'devices'] },
  { at: /^gpu$/, keys: ['count', 'names', 'memory', 'compute-capability', 'vendor', 'optional'] },
  { at: /^params\.[^.]+$/, keys: ['type', 'default', 'choices', 'min', 'max', 'required', 'description'] },
  { at: /^code$/, keys: ['mode', 'include'] },
];
