import type { Platform } from './types.ts';

/** What an image is for when nobody says. */
export const LINUX_AMD64: Platform = { os: 'linux', architecture: 'amd64' };

/** `linux/arm64`, `linux/arm/v7`: the one spelling in ids, locks, arguments and messages. */
export function printPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** What CPUs of an architecture run of an image for several platforms; where it is for one alone, that one. */
export function forArchitecture<T>(
  images: readonly T[],
  architecture: string | undefined,
  architectureOf: (image: T) => string | undefined,
): T | undefined {
  const [only, ...others] = images;
  if (others.length === 0) return only;
  return images.find((image) => architectureOf(image) === architecture);
}

/** Other names of an architecture, and the variant that a name means. */
const NAMES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  aarch64: ['arm64'],
  i386: ['386'],
  i686: ['386'],
  arm: ['arm', 'v7'],
  armhf: ['arm', 'v7'],
  armv7l: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

/** Variants that go without saying. */
const USUAL: Readonly<Record<string, string>> = { amd64: 'v1', arm64: 'v8' };

/** One value per platform, as containerd has it: https://github.com/containerd/platforms/blob/main/database.go */
export function normalPlatform({ os, architecture: written, variant: said }: Platform): Platform {
  const [architecture, implied] = NAMES[written] ?? [written];
  const variant = said ?? implied;
  return variant === undefined || variant === USUAL[architecture]
    ? { os, architecture }
    : { os, architecture, variant };
}

/** The lowest variant that there is. */
const LOWEST: Readonly<Record<string, number>> = { amd64: 1, arm: 5, arm64: 8 };

/** The platform, and then those of older processors, whose programs it runs as well: the best first. */
export function withOlder(platform: Platform): readonly Platform[] {
  const { architecture, variant = '' } = platform;
  const newest = Number(variant.slice(1));
  const lowest = LOWEST[architecture] ?? newest;
  const older = Array.from({ length: Math.max(0, newest - lowest) }, (_, index) => newest - 1 - index);
  return [platform, ...older.map((number) => normalPlatform({ ...platform, variant: `v${number}` }))];
}

/** Each once, in one order whatever order they were written in. */
export function sortPlatforms(platforms: readonly Platform[]): readonly Platform[] {
  const distinct = new Map(platforms.map((platform) => [printPlatform(platform), platform]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, platform]) => platform);
}

/** Whether a machine of that kind runs programs of the platform by itself; what variant it has is seldom known. */
export function runsOn(platform: Platform, machine: Platform): boolean {
  return platform.os === machine.os && platform.architecture === machine.architecture;
}
