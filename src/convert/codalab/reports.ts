import type { Findings } from '../../findings.ts';
import { report } from '../not-converted.ts';
import type { CodalabRun } from './run.ts';

const TAKEN = new Set([
  ...[
    'request_docker_image',
    'request_gpus',
    'request_cpus',
    'request_memory',
    'request_disk',
    'request_time',
  ],
  ...['request_queue', 'request_network', 'name'],
]);

const INSTEAD: Readonly<Record<string, string>> = {
  memoize: 'a job is run when it is started',
  exclude_patterns: 'only what "outputs" names comes back',
  request_priority: 'the runner decides the order',
  tags: 'words for people',
  description: 'words for people',
  store: 'outputs come back to the folder of the run',
};

/** What describes a bundle that was run. */
const OF_RUN = new Set([
  ...[
    'bundle_type',
    'uuid',
    'owner_id',
    'owner',
    'state',
    'created',
    'started',
    'last_updated',
    'run_status',
    'id',
    'type',
  ],
  ...[
    'docker_image',
    'exitcode',
    'job_handle',
    'remote',
    'time',
    'time_user',
    'time_system',
    'memory',
    'memory_max',
    'data_size',
  ],
  ...[
    'data_hash',
    'dependencies',
    'metadata',
    'permission',
    'permission_spec',
    'group_permissions',
    'is_anonymous',
    'license',
  ],
  ...[
    'worksheet_spec',
    'interactive',
    'tail',
    'verbose',
    'wait',
    'edit',
    'after_sort_key',
    'staged_status',
    'frozen',
    'actions',
  ],
  ...[
    'time_preparing',
    'time_running',
    'time_uploading_results',
    'time_cleaning_up',
    'on_preemptable_worker',
    'command',
  ],
]);

/** Options that no field of ours has. */
export function reportOptions({ options, at }: CodalabRun, findings: Findings): void {
  for (const key of options.keys()) {
    if (TAKEN.has(key) || OF_RUN.has(key)) continue;
    const instead = Object.hasOwn(INSTEAD, key) ? INSTEAD[key] : 'there is nothing like it here';
    report(`--${key.replaceAll('_', '-')}: ${instead}`, at, findings);
  }
}

/** A bundle of the same name is the file or folder of the repository that was uploaded. */
export function reportDependencies(run: CodalabRun, uploads: ReadonlySet<string>, findings: Findings): void {
  for (const dependency of run.dependencies) {
    const [key = '', target = ''] = splitOnce(dependency);
    const path = [...uploads].find((upload) => upload.replace(/\/$/, '').split('/').at(-1) === target);
    if (path !== undefined && path.replace(/^\.\/|\/$/g, '') === (key || target)) continue;
    report(textOf(dependency, key, target, path), run.at, findings);
  }
}

function textOf(dependency: string, key: string, target: string, path: string | undefined): string {
  const isUuid = /^0x[0-9a-f]/.test(target) || target.includes('::') || target.includes('//');
  if (!isUuid && path === undefined && (key === '' || key === target))
    return `dependency "${dependency}": the repository is to have it as "${target}"`;
  if (path !== undefined)
    return `dependency "${dependency}": the command finds it as "${path}", not as "${key || target}"`;
  const name = key === '' ? 'data' : key;
  return `dependency "${dependency}": give its address below "inputs", and read it from /inputs/${name}/`;
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 1)];
}
