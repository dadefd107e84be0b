import { Findings } from '../../findings.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Ended } from '../../run/records/ended.ts';
import type { Handle } from '../../run/types/handle.ts';
import { uploadRun } from '../runs/upload-run.ts';
import { endText, type LeftRunTools } from './end-left-run.ts';
import { pushLeftOutputs } from './push-left-outputs.ts';

interface KeptRun {
  readonly handle: Handle;
  readonly record: RunRecord;
  readonly ended: Ended;
}

/**
 * Sees to what an earlier process had still to do for a run whose result it has kept: what is to be pushed or uploaded is,
 * from the folder of the run, and its container is removed. What came of it, in a sentence.
 */
export async function endKeptRun({ handle, record, ended }: KeptRun, tools: LeftRunTools): Promise<string> {
  const result = await pushLeftOutputs(record, ended, tools);
  const findings = new Findings();
  await uploadRun(result, tools, findings);
  await tools.backend.clean(handle);
  for (const finding of findings.all) tools.host.finding(finding);
  return endText(result);
}
