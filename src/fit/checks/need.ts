import { printBytes } from '../../disk/bytes.ts';
import type { Gpu } from '../../jobspec/job/resources.ts';
import type { Check, Misfit, TargetGpu } from '../facts.ts';
import { isNamed } from '../gpu.ts';
import { isAtLeast } from '../version.ts';
import { sortGpus } from './per-gpu.ts';
import { driverText } from './text.ts';

/** Drivers keep some of a GPU's memory for themselves, and vendors round up. */
const KEPT = 0.94;

/** G6: whether the driver is as new as the job says that it has to be. */
export const checkOldestDriver: Check = ({ target, gpu }) => {
  const { driver } = target;
  if (gpu?.driver === undefined || driver === undefined) return [];
  if (isAtLeast(driver.value, gpu.driver) !== false) return [];
  const wanted = `the job asks for driver ${gpu.driver} or newer`;
  return [misfit('error', `${wanted}, and ${driverText(target)}`)];
};

/** G6: whether the GPUs are those that the job asks for, and enough of them. */
export const checkNeed: Check = (subject) => {
  const { target, gpu } = subject;
  const all = target.gpus?.value;
  if (gpu === undefined || all === undefined) return [];
  const { unfit, tooFew } = sortGpus(subject, (one) => isEnough(one, gpu));
  const has = `${target.name} has ${all.map(shown).join(', ') || 'none'} (${target.gpus?.source})`;
  if (tooFew) return [misfit('error', `the job asks for ${asked(gpu)}, and ${has}`)];
  if (unfit.length > 0)
    return [misfit('warning', `the job asks for ${asked(gpu)}, and ${has}: it may get another one`)];
  const count = all.every((one) => one.count !== undefined)
    ? all.reduce((sum, one) => sum + (one.count ?? 0), 0)
    : undefined;
  const least = gpu.count.min ?? 1;
  return count !== undefined && count < least
    ? [misfit('error', `the job asks for ${asked(gpu)}, and ${has}`)]
    : [];
};

function misfit(level: Misfit['level'], message: string): Misfit {
  return {
    level,
    code: 'fit-gpu',
    about: 'gpu',
    message,
    hint: 'ask for what is there, or run it on another machine',
  };
}

function isEnough({ name, memory, computeCapability }: TargetGpu, gpu: Gpu): boolean | undefined {
  const least = gpu.memory?.min;
  const answers = [
    gpu.names.length === 0 || (name !== undefined && gpu.names.some((wanted) => isNamed(name, wanted))),
    least === undefined || (memory === undefined ? undefined : memory >= least * KEPT),
    hasCapability(computeCapability, gpu.computeCapability),
  ];
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function hasCapability(device: string | undefined, wanted: string | undefined): boolean | undefined {
  const least = /\d{1,2}\.\d/.exec(wanted ?? '')?.[0];
  if (least === undefined) return true;
  return device === undefined ? undefined : isAtLeast(device, least);
}

function asked({ count, names, memory, computeCapability }: Gpu): string {
  const least = count.min ?? 1;
  const parts = [
    names.length === 0 ? undefined : names.join(' or '),
    memory?.min === undefined ? undefined : `${printBytes(memory.min)} of memory each`,
    computeCapability === undefined ? undefined : `compute capability ${computeCapability}`,
  ].filter((part) => part !== undefined);
  const gpus = least === 1 ? '1 GPU' : `${least} GPUs`;
  return parts.length === 0 ? gpus : `${gpus} (${parts.join(', ')})`;
}

function shown({ name = 'a GPU', memory, count }: TargetGpu): string {
  const size = memory === undefined ? '' : ` with ${printBytes(memory)}`;
  return `${count === undefined ? '' : `${count} × `}${name}${size}`;
}
