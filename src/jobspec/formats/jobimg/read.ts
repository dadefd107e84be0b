import type * as z from 'zod';
import type { Finding } from '../../../errors.ts';
import { distinct, Findings } from '../../../findings.ts';
import { JobFields } from '../../fields/job.ts';
import type { SpecFile } from '../../file/spec-file.ts';
import { errorsByPlace } from '../../findings/findings.ts';
import { keysAt } from '../../findings/known-keys.ts';
import { findingsOf } from '../../findings/problems.ts';
import type { Additions, ParsedSpec } from '../../format/parsed-spec.ts';
import { readDefaults } from '../../layers/defaults.ts';
import { omit, overlay } from '../../layers/layers.ts';
import { applyOverrides } from '../../layers/overrides.ts';
import { type MadeJob, makeJob } from '../../make/make-job.ts';
import { writtenFindings } from '../../make/written-texts.ts';
import { jobNameOf } from '../../values/names.ts';
import { readMapping } from '../../yaml/mapping.ts';
import { type MapNode, mapNode, type Path, plain } from '../../yaml/node.ts';
import { readJobs } from './jobs.ts';

/** Reads a spec of our own format and checks every job of it as it stands in the file. */
export function readNative(file: SpecFile): ParsedSpec {
  const root = readMapping(file);
  const findings = new Findings();
  if (root.entries.size === 0) refuseEmpty(root, findings);
  const nodes = readJobs(root, findings);
  const shared = omit(root, ['jobs']);
  const layers: ReadonlyMap<string | undefined, MapNode> =
    nodes ?? new Map([[undefined, mapNode([], root.location)]]);
  const names = nodes === undefined ? undefined : [...nodes.keys()];
  const make = (job: string | undefined, additions: Additions) => {
    const own = layers.get(job) ?? mapNode([], root.location);
    return makeLayered({ file, shared, job, own, names: names ?? [] }, additions);
  };
  for (const job of layers.keys()) findings.add(make(job, {}).findings);
  findings.throwIfErrors(errorsByPlace);
  return { file, format: 'jobimg', findings: distinct(findings.all), make, jobs: names };
}

function refuseEmpty({ location }: MapNode, findings: Findings): void {
  const hint = 'write, for example: run: python train.py';
  findings.error('empty-spec', 'the spec is empty', { hint, at: location });
}

interface LayeredSource {
  readonly file: SpecFile;
  readonly shared: MapNode;
  readonly job: string | undefined;
  readonly own: MapNode;
  /** All jobs of the file; none when it is itself the one job. */
  readonly names: readonly string[];
}

/** Defaults file, keys beside `jobs:`, the job's own, overrides: each layer on top of the one before. */
function makeLayered(
  { file, shared, job, own, names }: LayeredSource,
  additions: Additions,
): MadeJob | { readonly findings: readonly Finding[] } {
  const {
    defaults,
    params = new Map(),
    overrides = new Map(),
    repositoryName = '',
    toRun = false,
  } = additions;
  const written = overlay(shared, own);
  const layered = defaults === undefined ? written : overlay(readDefaults(defaults), written);
  const { root, params: given } = applyOverrides(layered, overrides, { job, names });
  const name = (fields: JobFields) => fields.name ?? job ?? jobNameOf(repositoryName);
  const source = { spec: file.path, format: 'jobimg', root, given: new Map([...given, ...params]), toRun };
  const read = JobFields.safeParse(plain(root));
  const findings = new Findings();
  if (read.success) {
    const made = makeJob({ ...source, name: name(read.data), fields: read.data });
    findings.add(made.findings);
    findings.add(writtenFindings(root));
    return { job: made.job, findings: findings.all };
  }
  const { issues } = read.error;
  findings.add(findingsOf(issues, root, knownKeys));
  findings.add(furtherFindings(source, issues));
  return { findings: findings.all };
}

/** What else is wrong, checked with the fields that could be read, so that everything is reported at once. */
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
  const areNamesKnown = !['params', 'strategy', 'env', 'secrets'].some((key) => bad.has(key));
  const dependent = areNamesKnown ? ['not-ready'] : ['not-ready', 'template-name'];
  return findings.filter(({ code }) => !dependent.includes(code));
}

function unknownOf(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === 'unrecognized_keys' ? issue.keys : [];
}

function knownKeys(path: Path): readonly string[] {
  const keys = keysAt(JobFields, path);
  return path.length === 0 ? [...keys, 'jobs'] : keys;
}
