import * as z from 'zod';
import { Measured } from './measured.ts';

/** What was found in the image for each platform, by its name: `linux/arm64`. */
export type MeasuredParts = ReadonlyMap<string, Measured>;

/** As a plan that is sent or kept has them. */
export const WrittenParts = z.record(
  z.string().regex(/^[a-z0-9]{1,20}\/[a-z0-9_]{1,20}(?:\/[a-z0-9]{1,10})?$/),
  Measured,
);

/** Of the image that CPUs of an architecture run; undefined: nobody has read it. */
export function measuredFor(parts: MeasuredParts, architecture: string | undefined): Measured | undefined {
  const [only, ...others] = [...parts.values()];
  if (others.length === 0) return only;
  return [...parts].find(([platform]) => platform.split('/')[1] === architecture)?.[1];
}
