import { Findings } from '../../findings.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Ended } from '../../run/records/ended.ts';
import { isUnpushed, keptResult } from '../../run/records/kept-result.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { RunFiles } from '../../tools/run-files.ts';
import type { Tools } from '../../tools/tools.ts';
import { type PushTools, pushOutputs } from '../runs/outputs/push-outputs.ts';

interface LeftOutputsTools extends PushTools {
  readonly host: Pick<Tools['host'], 'info' | 'finding'>;
  readonly files: RunFiles;
}

/** The result of a run that a killed process has collected; what it had still to push is pushed. */
export async function pushLeftOutputs(
  record: RunRecord,
  ended: Ended,
  tools: LeftOutputsTools,
): Promise<RunResult> {
  const { files, host } = tools;
  const result = keptResult(record, ended, files.folder);
  if (!isUnpushed(record, ended)) return result;
  const findings = new Findings();
  const pushed = await pushOutputs(result, { files, hashed: ended.files ?? [], findings }, tools);
  for (const finding of findings.all) host.finding(finding);
  return pushed;
}
