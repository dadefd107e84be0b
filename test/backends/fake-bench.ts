import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FakeEngine, type Program, startFakeEngine } from '../fakes/engine-server.ts';
import type { Bench, ProgramName } from './contract.ts';
import { dockerOn, runPlan, SECRET } from './docker-bench.ts';

export const IMAGE = {
  registry: 'registry.test',
  path: 'acme/train',
  digest: `sha256:${'a'.repeat(64)}`,
} as const;
export const IMAGE_NAME = `${IMAGE.registry}/${IMAGE.path}@${IMAGE.digest}`;

/** A minute, unless it is told to stop; true when it was. */
async function untilStopped(signal: AbortSignal): Promise<boolean> {
  return await sleep(60_000, false, { signal, ref: false }).catch(() => true);
}

export const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  prints({ print }) {
    print('out\n');
    print('err\n', 'stderr');
    return 0;
  },
  fails: () => 3,
  killed: () => 137,
  sleeps: async ({ stopping }) => ((await untilStopped(stopping)) ? 143 : 0),
  async traps({ files, print, stopping }) {
    print('ready\n');
    await untilStopped(stopping);
    print('bye\n');
    files.set('/workspace/outputs/saved', { content: 'x' });
    return 0;
  },
  async counts({ print }) {
    for (let number = 1; number <= 20_000; number++) {
      print(`${number}\n`);
      if (number % 1_000 === 0) await sleep(1);
    }
    return 0;
  },
  'long-line'({ print }) {
    print(`${'a'.repeat(100_000)}\nb`);
    return 0;
  },
  secret({ env, print }) {
    print(`${Buffer.from(env.get('SECRET') ?? '').toString('hex')}\n`);
    return 0;
  },
  leaves({ files }) {
    files.set('/workspace/outputs', { type: 'directory' });
    files.set('/workspace/outputs/a.txt', { content: '1\n' });
    files.set('/workspace/outputs/b/c.txt', { content: '2\n' });
    files.set('/workspace/outputs/link', { type: 'symlink', link: '/etc/passwd' });
    return 1;
  },
  nothing: () => 0,
  missing: () => 127,
};

export interface FakeBench extends Bench {
  readonly engine: FakeEngine;
}

export async function startFakeBench(
  programs: Readonly<Record<string, Program>> = PROGRAMS,
): Promise<FakeBench> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-engine-'));
  const engine = await startFakeEngine(join(folder, 'docker.sock'), programs);
  engine.images.set(IMAGE_NAME, {});
  return {
    engine,
    connect: () => dockerOn(engine.url).backend,
    plan: (program, changes) => runPlan(IMAGE, { kind: 'shell', shell: 'bash', text: program }, changes),
    count: async (name) =>
      [...engine.containers.values()].filter((container) => container.name === name).length,
    missingImage: { ...IMAGE, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
