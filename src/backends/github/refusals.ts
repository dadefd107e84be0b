import type { Findings } from '../../findings.ts';
import { CODE_ELSEWHERE } from '../../run/mounts/code-elsewhere.ts';
import { type WrittenRun, whereWritten } from '../../run/types/written-run.ts';

/** Refuses data that the runners of another repository do not have. */
export function refuseData(written: WrittenRun, findings: Findings): void {
  const { checkpoint, inputs = [], mount, mounts = [] } = written.run;
  const refuse = (message: string, hint: string, ...paths: readonly string[]): void =>
    findings.error('github', message, { hint, at: whereWritten(written, ...paths) });
  if (mount !== undefined)
    refuse(
      'the runners of the other repository see no files of this machine',
      CODE_ELSEWHERE,
      'code.mode',
      'code',
      'image',
      'backend',
    );
  if (inputs.length > 0)
    refuse(
      'inputs are not brought to another repository',
      'fetch them in "run", or have them in the image',
      'inputs',
    );
  if (mounts.length > 0)
    refuse("folders of its runners are not this repository's to mount", 'leave "mounts" out', 'mounts');
  if (checkpoint !== undefined)
    refuse('the other repository keeps no checkpoint', 'leave "checkpoint" out', 'checkpoint');
}
