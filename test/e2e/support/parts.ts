import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDocker } from '../../engine/docker/docker.ts';
import { type Base, ensureBase, ensureDebianBase, ensureScratchBase } from '../../engine/images/base.ts';
import { type Registry, type RegistryAuth, startRegistry } from '../../engine/registry/registry.ts';

export interface PartsOptions {
  /** Unique among test files: they may run side by side. */
  readonly name: string;
  readonly auth?: RegistryAuth;
  readonly tokenSeconds?: number;
  /** Which base images are in the registry. */
  readonly bases?: readonly ('python' | 'busybox' | 'debian')[];
}

/** A real engine and a real, empty registry of this test file's own. */
export interface Parts {
  readonly registry: Registry;
  /** Where the registry keeps its images. */
  readonly storage: string;
  readonly dockerRoot: string;
  readonly python: Base | undefined;
  readonly busybox: Base | undefined;
  /** A defaults file that reads `docker.io` from the registry. */
  readonly defaults: string;
  /** What a user would have in the environment: engine, login, programs. */
  readonly env: Readonly<Record<string, string>>;
  /** The same without a login at the registry. */
  readonly withoutLogin: Readonly<Record<string, string>>;
  /** The registry and its images are gone; the engine stays for the next test file. */
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startParts(options: PartsOptions): Promise<Parts> {
  const { name, auth = 'basic', tokenSeconds, bases = ['python'] } = options;
  const folder = await mkdtemp(join(tmpdir(), `jobimg-e2e-${name}-`));
  const storage = join(folder, 'registry');
  const docker = await ensureDocker();
  const registry = await startRegistry({
    name: `e2e-${name}`,
    auth,
    dir: storage,
    ...(tokenSeconds === undefined ? {} : { tokenSeconds }),
  });
  const defaults = join(folder, 'defaults.yml');
  await writeFile(defaults, `mirrors: { docker.io: "${registry.host}" }\n`);
  if (bases.includes('debian')) await ensureDebianBase(registry);
  return {
    registry,
    storage,
    dockerRoot: docker.dockerRoot,
    python: bases.includes('python') ? await ensureBase(registry) : undefined,
    busybox: bases.includes('busybox') ? await ensureScratchBase(registry) : undefined,
    defaults,
    env: { ...docker.env, ...registry.env },
    withoutLogin: { ...docker.env },
    async [Symbol.asyncDispose]() {
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
