import { homedir } from 'node:os';
import type { EngineApi } from '../../../src/io/engine/api.ts';
import { createEngine } from '../../../src/io/engine/engine.ts';
import { engineHost } from '../../../src/io/engine/host.ts';
import { readTextFile } from '../../../src/io/fs/text-file.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import type { Reference } from '../../../src/oci/types.ts';
import { registryAuthHeader } from '../../../src/registry/login/docker-config.ts';
import type { Bench } from '../../backends/contract.ts';
import { dockerOn, runPlan, SECRET } from '../../backends/docker-bench.ts';
import { SHELL_PROGRAMS } from '../../backends/shell-programs.ts';
import { docker } from './images/containers.ts';
import { type Parts, startParts } from './parts.ts';

export interface RealBench extends Bench {
  readonly parts: Parts;
  readonly image: Reference;
  readonly engine: EngineApi;
}

/** How the engine is reached, and what ends it. */
export interface Reached {
  /** What a user has in the environment who reaches it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

type Reach = (docker: Readonly<Record<string, string>>) => Promise<Reached>;

const AS_IT_IS: Reach = async (env) => ({ env, stop: async () => undefined });

/** A real engine, on its socket or as another machine reaches it. */
export async function startRealBench(name: string, reach: Reach = AS_IT_IS): Promise<RealBench> {
  const parts = await startParts({ name, bases: ['busybox'] });
  const reached = await reach({ PATH: process.env['PATH'] ?? '', ...parts.env });
  const host = await engineHost({
    env: { ...process.env, ...reached.env },
    home: homedir(),
    readText: readTextFile,
    exists: async () => true,
  });
  const { host: registry, password = '', username = '' } = parts.registry;
  const image = {
    ...parseReference(parts.busybox?.reference ?? ''),
    tag: undefined,
    digest: digestIn(parts),
  };
  const auth = registryAuthHeader(registry, { kind: 'password', username, password });
  return {
    parts,
    image,
    engine: createEngine(host),
    connect: () => dockerOn(host, { pullAuth: async () => auth }).backend,
    plan: (program, changes) =>
      program === 'missing'
        ? runPlan(image, { kind: 'arguments', words: ['no-such-command'] }, changes)
        : runPlan(image, { kind: 'shell', shell: 'sh', text: SHELL_PROGRAMS[program] }, changes),
    async count(container) {
      const ids = await docker(['ps', '--all', '--quiet', '--filter', `name=^/${container}$`], parts.env);
      return ids.split('\n').filter(Boolean).length;
    },
    missingImage: { ...image, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      const left = await docker(['ps', '--all', '--quiet', '--filter', 'label=jobimg.job=test'], parts.env);
      for (const id of left.split('\n').filter(Boolean))
        await docker(['rm', '--force', '--volumes', id], parts.env).catch(unlessGoing);
      await reached.stop();
      await parts[Symbol.asyncDispose]();
    },
  };
}

/** The engine takes its time to remove what a backend has told it to. */
function unlessGoing(error: unknown): void {
  if (!String(error).includes('is already in progress')) throw error;
}

function digestIn({ busybox }: Parts): `sha256:${string}` {
  return `sha256:${(busybox?.digest ?? '').replace('sha256:', '')}`;
}
