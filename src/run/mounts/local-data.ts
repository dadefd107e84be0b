import type { Findings } from '../../findings.ts';
import { type WrittenRun, whereWritten } from '../types/written-run.ts';

/** Data of a run that only some places take. */
type LocalData = 'mount' | 'inputs' | 'mounts' | 'checkpoint';

/** Why a place does not take it, in words of its own; `code` is that of its findings. */
export type LocalDataRefusals = Readonly<Record<LocalData | 'code', string>>;

/** Refuses whatever of a run only this machine has, or has to keep. */
export function refuseLocalData(written: WrittenRun, why: LocalDataRefusals, findings: Findings): void {
  const { checkpoint, inputs = [], mounts = [] } = written.run;
  const refuse = (data: LocalData, hint: string): void =>
    findings.error(why.code, why[data], { hint, at: whereWritten(written, data) });
  refuseMountedCode(written, { code: why.code, message: why.mount }, findings);
  if (inputs.length > 0) refuse('inputs', 'fetch them in "run", or have them in the image');
  if (mounts.length > 0) refuse('mounts', 'leave "mounts" out');
  if (checkpoint !== undefined) refuse('checkpoint', 'leave "checkpoint" out');
}

/** Refuses code that is in no image, where machines see no files of this one. */
export function refuseMountedCode(
  written: WrittenRun,
  { code, message }: { readonly code: string; readonly message: string },
  findings: Findings,
): void {
  if (written.run.mount === undefined) return;
  findings.error(code, message, {
    // An image that is used as it is takes no layer.
    hint: 'write "code: layer", with "image: { base: … }" where the image is used as it is; or "code: none"',
    at: whereWritten(written, 'code.mode', 'code', 'image', 'backend'),
  });
}
