import { endedRecord, recordOf } from '../../../src/run/record.ts';
import type { KeptRecord } from '../../../src/run/records/kept-run.ts';
import type { Handle } from '../../../src/run/types/handle.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { RunResult } from '../../../src/run/types/result.ts';
import { runPlan, runResult } from '../../report/results.ts';

const OWNER = { pid: 7, host: 'box', boot: 'now', namespace: 'all', started: '5' };

export interface KeptOptions extends Partial<RunResult> {
  readonly id: string;
  /** Of December 2026. */
  readonly day?: number;
  readonly plan?: Partial<RunPlan>;
}

/** A run that has ended, as it is read back. */
export function keptRun({ id, day = 1, plan = {}, ...result }: KeptOptions): KeptRecord {
  const run = runPlan({ id, ...plan });
  const now = new Date(Date.UTC(2026, 11, day, 12));
  const handle: Handle = { backend: 'docker', run: id, name: `jobimg-${id}`, hash: run.hash, native: {} };
  const record = recordOf(run, handle, { folder: '/work', owner: OWNER, now });
  const ended = endedRecord(record, runResult({ run, ...result }), { now, size: 1, files: [] });
  return { run: id, folder: `/runs/2026-12-0${day}T1200Z-${id}`, record: ended, isOver: true };
}

export function params(values: Readonly<Record<string, string>>): Partial<RunPlan> {
  return { params: new Map(Object.entries(values)) };
}
