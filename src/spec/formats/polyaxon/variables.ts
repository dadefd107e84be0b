import type { Job } from '../../job.ts';
import { str } from '../python/py-value.ts';
import { pythonJson } from '../python/python-text.ts';
import { WORKDIR } from './image.ts';
import type { Translation } from './translate.ts';

const OUTPUTS = 'outputs';

/**
 * What a run of Polyaxon finds in its environment. `POLYAXON_NO_OP` turns the calls of its client into nothing:
 * there is no server to answer them.
 */
export function runVariables(job: Job, translation: Translation): ReadonlyMap<string, string> {
  const { image } = job;
  const { names, declarations, logLevel } = translation;
  const isGenerated = image.kind === 'built' && image.dockerfile === undefined;
  const outputs = isGenerated ? `${image.workdir ?? WORKDIR}/${OUTPUTS}` : OUTPUTS;
  const params = pythonJson({ kind: 'dict', entries: [...names].map(([name, value]) => [str(name), value]) });
  return new Map([
    ['POLYAXON_NO_OP', 'true'],
    ['POLYAXON_PARAMS', params],
    ...(declarations ? [['POLYAXON_DECLARATIONS', params] as const] : []),
    ['POLYAXON_RUN_OUTPUTS_PATH', outputs],
    ['POLYAXON_OUTPUTS_PATH', outputs],
    ...(logLevel === undefined ? [] : [['POLYAXON_LOG_LEVEL', logLevel] as const]),
    ...(isGenerated && image.user === 'root' ? ROOT : []),
  ]);
}

/** The home of the steps of the build, where they may have put models and settings. */
const ROOT: readonly (readonly [string, string])[] = [
  ['HOME', '/root'],
  ['USER', 'root'],
  ['LOGNAME', 'root'],
  ['XDG_CACHE_HOME', '/root/.cache'],
];
