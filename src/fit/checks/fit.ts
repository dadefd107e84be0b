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
import { imageFor, type PlatformImage, platformsOf } from './platform-image.ts';
import { checkRequirements } from './required.ts';
import { checkUnknown, unknownPlatform } from './unknown.ts';

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
export function checkPlatforms(
  {
    images,
    ...subject
  }: Omit<FitSubject, 'target' | 'image'> & { readonly images: readonly PlatformImage[] },
  targets: readonly FitSubject['target'][],
): readonly Misfit[] {
  return bestOf(targets.map((target) => checkOwnImage(images, { ...subject, target })));
}

function checkOwnImage(
  images: readonly PlatformImage[],
  subject: Omit<FitSubject, 'image'>,
): readonly Misfit[] {
  const own = imageFor(images, subject.target);
  if (own !== undefined) return checkFit({ ...subject, image: own.facts });
  const [first] = images;
  const image = { ...first?.facts, platforms: platformsOf(images) };
  const found = checkFit({ ...subject, image });
  if (subject.target.architecture === undefined) return [...found, unknownPlatform(images, subject.target)];
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
