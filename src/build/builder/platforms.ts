import { UserError } from '../../errors.ts';
import { normalPlatform, printPlatform } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';
import { type BuildxCall, callBuildx } from '../command/buildx.ts';

/**
 * The platforms whose programs the builder can run, its emulators included; undefined when buildx does not tell. A
 * builder that is not started yet knows none, so it is started: https://docs.docker.com/reference/cli/docker/buildx/inspect/
 */
export async function builderPlatforms(
  builder: string | undefined,
  call: BuildxCall,
): Promise<readonly Platform[] | undefined> {
  const args = ['inspect', '--bootstrap', ...(builder === undefined ? [] : [builder])];
  const { code, stdout } = await callBuildx(args, call);
  return code === 0 ? readPlatforms(stdout) : undefined;
}

/** One line for each of its nodes: `Platforms: linux/amd64*, linux/arm64`; a star is for what its user wrote. */
export function readPlatforms(text: string): readonly Platform[] | undefined {
  const lines = [...text.matchAll(/^\s*Platforms:\s*(.*)$/gm)].map(([, listed = '']) => listed);
  const names = lines.flatMap((listed) => listed.split(',')).map((name) => name.replace('*', '').trim());
  const platforms = names.flatMap((name) => {
    const [os, architecture, variant] = name.split('/');
    return os && architecture ? [normalPlatform({ os, architecture, variant })] : [];
  });
  return platforms.length === 0 ? undefined : platforms;
}

/** What a build for these platforms lacks: undefined when there is nothing. */
export function missingPlatforms(
  wanted: readonly Platform[],
  there: readonly Platform[],
): UserError | undefined {
  const names = [...new Set(there.map(printPlatform))];
  const missing = wanted.map(printPlatform).filter((name) => !names.includes(name));
  if (missing.length === 0) return undefined;
  return UserError.of(
    missing.map((name) => ({
      level: 'error',
      code: 'builder-platform',
      message: `the builder cannot run programs for ${name}, which the build needs; it can run ${names.join(', ')}`,
      hint: 'let it emulate them: on GitHub, a step `uses: docker/setup-qemu-action@v3` before this one; or give it a node of that platform, with `docker buildx create --append`, and name it with `builder`',
    })),
    'unavailable',
  );
}
