import { checkArchitecture } from '../../fit/checks/architecture.ts';
import { checkDriver } from '../../fit/checks/driver.ts';
import type { ImageFacts, TargetFacts } from '../../fit/facts.ts';

/** What the checks would say against an image on a place; another choice is made by the same checks, and no others. */
export function contradictionOf(image: ImageFacts, target: TargetFacts): string | undefined {
  const found = [checkDriver, checkArchitecture].flatMap((check) => check({ image, target }));
  return found.find(({ level }) => level !== 'notice')?.message;
}
