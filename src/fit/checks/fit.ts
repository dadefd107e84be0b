import { completed } from '../complete.ts';
import type { Check, FitSubject, Misfit } from '../facts.ts';
import { checkArchitecture, checkOthers } from './architecture.ts';
import { checkDriver } from './driver.ts';
import { checkNeed, checkOldestDriver } from './need.ts';
import { type ImagePart, partFor, platformsOf } from './parts.ts';
import {
  checkAnswering,
  checkBrand,
  checkDisk,
  checkEndOfLife,
  checkPlatform,
  checkRuntime,
} from './place.ts';
import { checkRequirements } from './required.ts';
import { checkUnknown, unknownPart } from './unknown.ts';

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
  return bestOf(targets.map((target) => checkFit({ ...subject, target })));
}

/** The same of an image for several platforms: each place is compared with the one that it would run. */
export function checkParts(
  { parts, ...subject }: Omit<FitSubject, 'target' | 'image'> & { readonly parts: readonly ImagePart[] },
  targets: readonly FitSubject['target'][],
): readonly Misfit[] {
  return bestOf(targets.map((target) => checkPart(parts, { ...subject, target })));
}

function checkPart(parts: readonly ImagePart[], subject: Omit<FitSubject, 'image'>): readonly Misfit[] {
  const part = partFor(parts, subject.target);
  if (part !== undefined) return checkFit({ ...subject, image: part.facts });
  const [first] = parts;
  const image = { ...first?.facts, platforms: platformsOf(parts) };
  const found = checkFit({ ...subject, image });
  if (subject.target.architecture === undefined) return [...found, unknownPart(parts, subject.target)];
  // What the programs of another platform need is of no interest there.
  return found.filter(({ about, code }) => about === 'gpu' || code === 'fit-platform');
}

function bestOf(results: readonly (readonly Misfit[])[]): readonly Misfit[] {
  const errors = (found: readonly Misfit[]): number => found.filter(({ level }) => level === 'error').length;
  return (
    results.reduce<readonly Misfit[] | undefined>(
      (best, found) => (best === undefined || errors(found) < errors(best) ? found : best),
      undefined,
    ) ?? []
  );
}
