import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Environment } from '../io/exec.ts';
import type { Storage } from '../tools.ts';
import type { Ground } from './ground.ts';

export async function connectStorage({ env, inputs, engine }: Ground): Promise<Storage> {
  const [
    { buildDisks },
    { heldImages },
    { childEnvironment },
    { dockerBuildx },
    { diskOf },
    { startProcess },
  ] = await Promise.all([
    import('../build/build-disks.ts'),
    import('../build/held-images.ts'),
    import('../build/child-environment.ts'),
    import('../build/find-buildx.ts'),
    import('../io/disk.ts'),
    import('../io/process.ts'),
  ]);
  const child = withBuildxConfig(childEnvironment(env, []));
  const { builder } = inputs;
  return {
    async disks(to) {
      const asked = await engineFacts(engine);
      if (asked === undefined) return undefined;
      return buildDisks({ to, builder, env: child, engine: asked, hostName: hostname(), diskOf });
    },
    async held() {
      return heldImages({ buildx: await dockerBuildx(child), builder, env: child, start: startProcess });
    },
  };
}

/** undefined for an engine that does not answer: the build tells it in buildx's own words. */
async function engineFacts(
  engine: Ground['engine'],
): Promise<{ readonly url: string; readonly info: unknown } | undefined> {
  try {
    const api = await engine();
    return { url: api.url, info: await api.json({ method: 'GET', path: '/info' }) };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Where buildx looks when nothing is said. */
function withBuildxConfig(env: Environment): Environment {
  const docker = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? '/root', '.docker');
  return { ...env, BUILDX_CONFIG: env['BUILDX_CONFIG'] ?? join(docker, 'buildx') };
}
