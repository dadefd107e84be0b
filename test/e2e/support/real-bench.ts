import { homedir } from 'node:os';
import { createEngine, type EngineApi } from '../../../src/io/engine.ts';
import { engineHost } from '../../../src/io/engine-host.ts';
import { readTextFile } from '../../../src/io/text-file.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import type { Reference } from '../../../src/oci/types.ts';
import { registryAuthHeader } from '../../../src/registry/login/docker-config.ts';
import type { Bench, ProgramName } from '../../backends/contract.ts';
import { dockerOn, runPlan, SECRET } from '../../backends/docker-bench.ts';
import { docker } from './containers.ts';
import { type Parts, startParts } from './parts.ts';

/** The same programs that the tests' own engine plays, as a shell would write them. */
const PROGRAMS: Readonly<Record<Exclude<ProgramName, 'missing'>, string>> = {
  prints: 'echo out; sleep 0.2; echo err >&2',
  fails: 'exit 3',
  killed: "sh -c 'kill -9 $$'; exit $?",
  sleeps: 'sleep 60',
  traps: 'trap "echo bye; echo x > outputs/saved; exit 0" TERM; echo ready; sleep 60 & wait',
  counts: 'seq 20000',
  'long-line': 'head -c 100000 /dev/zero | tr "\\0" a; printf "\\nb"',
  secret: 'printf %s "$SECRET" | od -An -v -tx1 | tr -d " \\n"; echo',
  leaves:
    'mkdir outputs/b; echo 1 > outputs/a.txt; echo 2 > outputs/b/c.txt; ln -s /etc/passwd outputs/link; exit 1',
  nothing: 'true',
};

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
        : runPlan(image, { kind: 'shell', shell: 'sh', text: PROGRAMS[program] }, changes),
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
