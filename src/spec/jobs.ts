import { type Finding, type Location, UserError } from '../errors.ts';
import { parseJobName } from './values/names.ts';
import { type MapNode, mapNode } from './yaml/node.ts';

/** What stands below `jobs:`, by name; undefined when the file itself is the one job. */
export interface Jobs {
  readonly nodes?: ReadonlyMap<string, MapNode>;
  readonly findings: readonly Finding[];
}

export function readJobs(root: MapNode): Jobs {
  const entry = root.entries.get('jobs');
  if (entry === undefined) return { findings: [] };
  const { value } = entry;
  const nodes = new Map<string, MapNode>();
  if (value.kind !== 'map' || value.entries.size === 0) {
    const hint = 'write, for example: jobs: { train: { run: python train.py } }';
    return {
      nodes,
      findings: [problem('"jobs" must be a mapping from names to jobs', hint, value.location)],
    };
  }
  const findings = [...problemsOfShared(root)];
  for (const [job, { key, value: fields }] of value.entries) {
    findings.push(...problemsOfKey(job, key));
    if (fields.kind === 'map') nodes.set(job, fields);
    else if (fields.kind === 'null') nodes.set(job, mapNode([], fields.location));
    else
      findings.push(
        problem(`the job "${job}" is not a mapping`, 'write its fields below its name', fields.location),
      );
  }
  return { nodes, findings: [...findings, ...problemsOfNames(nodes)] };
}

function problemsOfShared(root: MapNode): readonly Finding[] {
  const name = root.entries.get('name');
  if (name === undefined) return [];
  return [
    problem('"name" beside "jobs" would name each of them', 'each job has its key as its name', name.key),
  ];
}

function problemsOfKey(job: string, location: Location): readonly Finding[] {
  try {
    parseJobName(job);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map((finding) => ({ ...finding, code: 'invalid-key', location }));
  }
}

/** A name that a job gives itself must not be another one's. */
function problemsOfNames(nodes: ReadonlyMap<string, MapNode>): readonly Finding[] {
  const taken = new Set<string>();
  const findings: Finding[] = [];
  for (const [job, fields] of nodes) {
    const name = fields.entries.get('name')?.value;
    const called = name?.kind === 'text' ? name.text : job;
    const location = name?.location ?? fields.location;
    if (taken.has(called))
      findings.push(problem(`two jobs are called "${called}"`, 'name one differently', location));
    taken.add(called);
  }
  return findings;
}

function problem(message: string, hint: string, location: Location): Finding {
  return { level: 'error', code: 'jobs', message, hint, location };
}
