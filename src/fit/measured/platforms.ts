import * as z from 'zod';
import { forArchitecture } from '../../oci/platform.ts';
import { Measured } from './measured.ts';

/** What was found in the image for each platform, by its name: `linux/arm64`. */
export type MeasuredPlatforms = ReadonlyMap<string, Measured>;

/** As a plan that is sent or kept has them. */
export const WrittenPlatforms = z.record(
  z.string().regex(/^[a-z0-9]{1,20}\/[a-z0-9_]{1,20}(?:\/[a-z0-9]{1,10})?$/),
  Measured,
);

/** Of the image that CPUs of an architecture run; undefined: nobody has read it. */
export function measuredFor(
  platforms: MeasuredPlatforms,
  architecture: string | undefined,
): Measured | undefined {
  return forArchitecture([...platforms], architecture, ([platform]) => platform.split('/')[1])?.[1];
}
