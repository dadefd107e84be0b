import { LINUX_AMD64, normalPlatform, printPlatform, runsOn } from '../../../oci/platform.ts';
import type { LaunchFailure } from '../../../run/reason.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Info } from '../engine/answers.ts';

/** An image that is not for the engine's machine: known before it is pulled. */
export function otherMachine(
  { platforms = [] }: Pick<RunPlan, 'platforms'>,
  { OSType = 'linux', Architecture }: Info,
): LaunchFailure | undefined {
  if (Architecture === undefined || platforms.length === 0) return undefined;
  const machine = normalPlatform({ os: OSType, architecture: Architecture });
  if (platforms.some((platform) => runsOn(platform, machine))) return undefined;
  const names = platforms.map(printPlatform).join(', ');
  // Engines of other machines emulate this one, and it is what every image is for whose spec names none.
  if (names === printPlatform(LINUX_AMD64)) return undefined;
  return {
    reason: 'node-error',
    detail: `the machine is ${printPlatform(machine)}, and the image is for ${names}`,
    hint: `add ${printPlatform(machine)} to "platforms", or run it on a machine that the image is for`,
  };
}
