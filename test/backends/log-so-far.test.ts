import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../src/run/types/event.ts';
import { startFakeKubernetes } from '../fakes/kubernetes/server.ts';
import { dockerOn, runPlan } from './docker-bench.ts';
import { IMAGE, IMAGE_NAME, PROGRAMS, startFakeBench } from './fake-bench.ts';
import { clusterPlan, kubernetesOn, plainAccess } from './kubernetes-bench.ts';

const NEVER = new AbortController().signal;

const PROGRAM: typeof PROGRAMS = {
  ...PROGRAMS,
  /** Never silent, until it is told to stop. */
  async traps({ print, stopping }) {
    for (let number = 1; !stopping.aborted; number++) {
      print(`${number}\n`);
      await sleep(5);
    }
    return 0;
  },
};

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function onDocker() {
  const bench = await startFakeBench(PROGRAM);
  close = bench.close;
  const command = { kind: 'shell', shell: 'bash', text: 'traps' } as const;
  return { backend: dockerOn(bench.engine.url).backend, run: runPlan(IMAGE, command) };
}

async function onKubernetes() {
  const cluster = await startFakeKubernetes(PROGRAM);
  cluster.images.add(IMAGE_NAME);
  close = () => cluster.close();
  return { backend: kubernetesOn(plainAccess(cluster.url)).backend, run: clusterPlan('traps') };
}

async function all(events: AsyncIterable<RunEvent> | undefined): Promise<readonly RunEvent[]> {
  const told: RunEvent[] = [];
  for await (const event of events ?? []) told.push(event);
  return told;
}

const linesOf = (events: readonly RunEvent[]): readonly string[] =>
  Buffer.concat(events.flatMap((event) => (event.type === 'log' ? [event.bytes] : [])))
    .toString()
    .trimEnd()
    .split('\n');

describe.each([
  ['docker', onDocker],
  ['kubernetes', onKubernetes],
])('the log so far of a run on %s', (_, start) => {
  it('is all that is there of one that goes on writing, and it goes on', async () => {
    const { backend, run } = await start();
    const handle = await backend.submit(run, backend.intentOf(run));
    for await (const event of backend.follow(handle, NEVER)) if (event.type === 'log') break;

    const first = await all(backend.logSoFar?.(handle, NEVER));
    const second = await all(backend.logSoFar?.(handle, NEVER));
    await backend.stop(handle, 1);
    const last = await all(backend.logSoFar?.(handle, NEVER));

    expect([first.at(-1)?.type, second.at(-1)?.type, last.at(-1)?.type]).toEqual(['left', 'left', 'end']);
    expect(linesOf(second).slice(0, linesOf(first).length)).toEqual(linesOf(first));
    expect(linesOf(last).length).toBeGreaterThanOrEqual(linesOf(second).length);
  });
});
