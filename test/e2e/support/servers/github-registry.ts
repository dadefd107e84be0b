import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Registry } from '../../../engine/registry/registry.ts';
import type { Grant, Manner } from '../../../fakes/github/rules.ts';
import { type FakeGithub, startFakeGithub } from '../../../fakes/github/server.ts';
import { type Parts, type PartsOptions, startParts } from '../parts.ts';

export interface GithubRegistryOptions extends Pick<PartsOptions, 'name' | 'bases'> {
  /** What is said of a package that does not exist yet. */
  readonly manner?: Manner;
}

/**
 * A real registry behind the token server and the rules of GHCR, and an engine that reaches it by plain HTTP. What is
 * pushed makes a private package that is linked to the workflow's repository; `packages` says what else is there.
 */
export interface GithubRegistry extends Omit<FakeGithub, 'close'> {
  /** The registry itself, to read what was pushed with no rule in between. */
  readonly behind: Registry;
  /** The digest of `library/busybox`, where that is one of the bases. */
  readonly busybox: string;
  /** A defaults file that reads `docker.io` from here: bases are public below `library/`. */
  readonly defaults: string;
  /** The engine, and Docker's own configuration without any login. */
  readonly env: Readonly<Record<string, string>>;
  /** The value of `registry-auth` for the token of a job with this grant. */
  authOf(grant: Grant): string;
  /** The same environment after a `docker login`. */
  loggedIn(grant: Grant): Promise<Readonly<Record<string, string>>>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startGithubRegistry(options: GithubRegistryOptions): Promise<GithubRegistry> {
  const { name, manner, bases = ['busybox'] } = options;
  const parts = await startParts({ name, auth: 'none', bases });
  const folder = await mkdtemp(join(tmpdir(), `jobimg-e2e-${name}-`));
  const github = await startFakeGithub({
    behind: parts.registry.host,
    ...(manner === undefined ? {} : { manner }),
  });
  const { host, logins } = github;
  const defaults = join(folder, 'defaults.yml');
  await writeFile(defaults, `mirrors: { docker.io: "${host}" }\n`);
  return {
    ...github,
    behind: parts.registry,
    busybox: parts.busybox?.digest ?? '',
    defaults,
    env: parts.env,
    authOf: (grant) => JSON.stringify([{ registry: host, ...logins[grant] }]),
    async loggedIn(grant) {
      const { username, password } = logins[grant];
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      const config = await mkdtemp(join(folder, 'docker-'));
      await writeFile(join(config, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
      await linkPlugins(config, parts);
      return { ...parts.env, DOCKER_CONFIG: config };
    },
    async [Symbol.asyncDispose]() {
      await github.close();
      await parts[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** buildx is found beside the configuration. */
async function linkPlugins(config: string, { env }: Parts): Promise<void> {
  await symlink(join(env['DOCKER_CONFIG'] ?? '', 'cli-plugins'), join(config, 'cli-plugins'));
}
