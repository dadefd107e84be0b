import { countText, type Device, sharesHardware } from './device.ts';
import type { GpuNeed } from './gpu.ts';

/** A container that has GPUs, or is about to have them. */
export interface GpuUse {
  readonly container: string;
  /** Of the container, without the first `/`. */
  readonly name: string;
  readonly devices: readonly Device[];
  readonly run?: string | undefined;
  readonly job?: string | undefined;
  /** Seconds since 1970, by the engine's clock. */
  readonly since?: number | undefined;
}

/** Those of the need that no other container has, as many as it takes; undefined: too few. */
export function freeDevices(
  { from, min, max = Number.POSITIVE_INFINITY }: GpuNeed,
  uses: readonly GpuUse[],
): readonly Device[] | undefined {
  const taken = uses.flatMap(({ devices }) => devices);
  const free: Device[] = [];
  for (const device of from) {
    if (free.length < max && ![...taken, ...free].some((other) => sharesHardware(other, device)))
      free.push(device);
  }
  return free.length < min ? undefined : free;
}

/** `waits for 1 GPU: GPU 0 is used by the run a (job train, since 2026-12-01 12:01 UTC), GPU 1 by the run b`. */
export function waitText({ from, min }: GpuNeed, uses: readonly GpuUse[]): string {
  const holders = from.flatMap((device) => {
    const use = uses.find(({ devices }) => devices.some((other) => sharesHardware(other, device)));
    return use === undefined ? [] : [{ device, use }];
  });
  const parts = holders.map(({ device, use }, index) => {
    const gpu = device[0] === 'all' ? 'the GPUs of the engine' : `GPU ${device[0]}`;
    const verb = device[0] === 'all' ? 'are used by' : 'is used by';
    return `${gpu} ${index === 0 ? verb : 'by'} ${holderText(use)}`;
  });
  return `waits for ${countText(min)}: ${parts.join(', ')}`;
}

/** Labels may be anybody's: what does not look like ours is not repeated. */
const RUN = /^[a-z0-9-]{1,52}$/;
const JOB = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

function holderText({ container, run = '', job = '', since }: GpuUse): string {
  const who = RUN.test(run) ? `the run ${run}` : `the container ${container.slice(0, 12)}`;
  const known = [
    ...(JOB.test(job) ? [`job ${job}`] : []),
    ...(since === undefined ? [] : [`since ${minuteText(since)}`]),
  ];
  return known.length === 0 ? who : `${who} (${known.join(', ')})`;
}

function minuteText(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
