import type { Finding } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import { at, type MapNode } from '../../../yaml/node.ts';
import type { StepFields } from './step-schema.ts';

interface Unused {
  readonly key: keyof StepFields;
  readonly level: 'warning' | 'notice';
  /** What to do in its place. */
  readonly instead?: string;
  /** What is so without it, where nothing is to be done. */
  readonly why?: string;
}

/** Fields that mean something to Valohai and nothing here. Words for people only are taken as they are. */
const UNUSED: readonly Unused[] = [
  {
    key: 'environment',
    level: 'notice',
    instead: 'the machine is the one of the workflow, or a runner: --override runs-on=<label>',
  },
  {
    key: 'runtime-config-preset',
    level: 'notice',
    instead: 'the machine is the one of the workflow, or a runner: --override runs-on=<label>',
  },
  {
    key: 'environment-variable-groups',
    level: 'warning',
    instead:
      'the groups are kept by Valohai: name each variable in "environment-variables" and set it in the workflow',
  },
  {
    key: 'no-output-timeout',
    level: 'warning',
    instead: 'a job without output runs until its "time-limit"',
  },
  {
    key: 'stop-condition',
    level: 'warning',
    instead: 'the job runs until it ends or reaches its "time-limit"',
  },
  { key: 'upload-store', level: 'notice', why: 'outputs come back to the folder of the run' },
  { key: 'cache-volumes', level: 'notice', why: 'files are fetched again in each run' },
];

export function reportUnused(node: MapNode, findings: Findings): void {
  for (const { key, level, instead, why } of UNUSED) {
    const value = at(node, [key]);
    if (value === undefined || (value.kind === 'list' && value.items.length === 0)) continue;
    const message = [`"${key}" has no effect here`, why].filter(Boolean).join(': ');
    findings[level]('no-effect', message, { hint: instead, at: value.location });
  }
}

/** What keeps a step from being run, as it is reported when the step is not to be run now. */
export function asRemarks(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => ({
    ...finding,
    level: finding.code === 'not-ready' ? 'notice' : 'warning',
  }));
}
