// The configuration with which the `docker` of a test is logged in at its registry.
import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { linkBuildx } from '../docker/docker.ts';
import { runDir, runRoot } from '../machine/paths.ts';
import { ensureParts } from '../parts/parts.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A configuration folder of its own, so that no login reaches the user's. */
export async function dockerConfig(
  name: string,
  host: string,
  { username, password }: Login,
): Promise<Readonly<Record<string, string>>> {
  const config = runDir('registry', name, 'docker');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  const content = username ? { auths: { [host]: { auth } } } : {};
  writeFileSync(join(config, 'config.json'), JSON.stringify(content), { mode: 0o600 });
  linkPlugins(config, (await ensureParts()).prefix);
  return { DOCKER_CONFIG: config, BUILDX_CONFIG: runDir('main', 'buildx') };
}

/** buildx from the user's own plugins where there are some, else from the prefix. */
function linkPlugins(config: string, prefix: string): void {
  const own = join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'cli-plugins');
  const ours = own.startsWith(runRoot());
  if (ours || !existsSync(join(own, 'docker-buildx'))) {
    linkBuildx(config, prefix);
    return;
  }
  rmSync(join(config, 'cli-plugins'), { recursive: true, force: true });
  symlinkSync(own, join(config, 'cli-plugins'));
}
