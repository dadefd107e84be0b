import { completed } from '../complete.ts';
import type { Check, FitSubject, Misfit } from '../facts.ts';
import { checkArchitecture, checkOthers } from './architecture.ts';
import { checkDriver } from './driver.ts';
import { checkNeed, checkOldestDriver } from './need.ts';
import {
  checkAnswering,
  checkBrand,
  checkDisk,
  checkEndOfLife,
  checkPlatform,
  checkRuntime,
} from './place.ts';
import { checkRequirements } from './required.ts';
import { checkUnknown } from './unknown.ts';

/** What is compared, in the order in which it is told. */
export const CHECKS: readonly Check[] = [
  checkPlatform,
  checkRuntime,
  checkAnswering,
  checkNeed,
  checkOldestDriver,
  checkDriver,
  checkArchitecture,
  checkOthers,
  checkBrand,
  checkRequirements,
  checkDisk,
  checkEndOfLife,
  checkUnknown,
];

/** What of an image and a place does not go together, each with both facts. */
export function checkFit(subject: FitSubject): readonly Misfit[] {
  const whole = completed(subject);
  const found = CHECKS.flatMap((check) => check(whole));
  // A driver that is too old for the CUDA does not meet what the image requires of it either.
  const isTold = found.some(({ code }) => code === 'fit-driver' || code === 'fit-compat');
  return isTold ? found.filter(({ code }) => code !== 'fit-requirement') : found;
}

/** Of several places that may get the run, one is enough: where none will do, what is wrong with the best of them. */
export function checkAny(
  subject: Omit<FitSubject, 'target'>,
  targets: readonly FitSubject['target'][],
): readonly Misfit[] {
  const results = targets.map((target) => checkFit({ ...subject, target }));
  const errors = (found: readonly Misfit[]): number => found.filter(({ level }) => level === 'error').length;
  return (
    results.reduce<readonly Misfit[] | undefined>(
      (best, found) => (best === undefined || errors(found) < errors(best) ? found : best),
      undefined,
    ) ?? []
  );
}
