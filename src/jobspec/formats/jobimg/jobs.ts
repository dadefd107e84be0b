import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { parseJobName } from '../../values/names.ts';
import { type MapNode, mapNode } from '../../yaml/node.ts';

/** What stands below `jobs:`, by name; undefined when the file itself is the one job. */
export function readJobs(root: MapNode, findings: Findings): ReadonlyMap<string, MapNode> | undefined {
  const entry = root.entries.get('jobs');
  if (entry === undefined) return undefined;
  const { value } = entry;
  const nodes = new Map<string, MapNode>();
  if (value.kind !== 'map' || value.entries.size === 0) {
    const hint = 'write, for example: jobs: { train: { run: python train.py } }';
    findings.error('jobs', '"jobs" must be a mapping from names to jobs', { hint, at: value.location });
    return nodes;
  }
  refuseSharedName(root, findings);
  for (const [job, { key, value: fields }] of value.entries) {
    findings.attempt(key, () => parseJobName(job), { code: 'invalid-key' });
    if (fields.kind === 'map') nodes.set(job, fields);
    else if (fields.kind === 'null') nodes.set(job, mapNode([], fields.location));
    else refuseOther(job, fields.location, findings);
  }
  refuseSameNames(nodes, findings);
  return nodes;
}

function refuseSharedName(root: MapNode, findings: Findings): void {
  const name = root.entries.get('name');
  if (name === undefined) return;
  const hint = 'each job has its key as its name';
  findings.error('jobs', '"name" beside "jobs" would name each of them', { hint, at: name.key });
}

function refuseOther(job: string, at: Location, findings: Findings): void {
  const hint = 'write its fields below its name';
  findings.error('jobs', `the job "${job}" is not a mapping`, { hint, at });
}

/** A name that a job gives itself must not be another one's. */
function refuseSameNames(nodes: ReadonlyMap<string, MapNode>, findings: Findings): void {
  const taken = new Set<string>();
  for (const [job, fields] of nodes) {
    const name = fields.entries.get('name')?.value;
    const called = name?.kind === 'text' ? name.text : job;
    const at = name?.location ?? fields.location;
    if (taken.has(called))
      findings.error('jobs', `two jobs are called "${called}"`, { hint: 'name one differently', at });
    taken.add(called);
  }
}
