import { findRecord, recordArtifact } from '../../evidence/run-record.ts';
import { Ended } from '../../run/records/ended.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Reason } from '../../run/types/verdict.ts';
import type { Registry } from '../../tools/registry.ts';

/** Pushes what is kept of a run beside its image, where the process that followed it came no more to it. */
export async function pushLeftRecord(
  run: RunPlan,
  record: object | undefined,
  registry: Registry,
): Promise<void> {
  const ended = Ended.safeParse(record !== undefined && 'ended' in record ? record.ended : undefined).data;
  if (record === undefined || ended === undefined || 'engineId' in run.image) return;
  const { registry: host, path, digest } = run.image;
  if (digest === undefined) return;
  const image = { registry: host, path, digest };
  if ((await findRecord(run.id, image, registry)) !== undefined) return;
  const verdict = { reason: ended.reason as Reason };
  await registry.pushReferrer(image, recordArtifact({ run, verdict }, record));
}
