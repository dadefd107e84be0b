import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Handle } from '../../../src/run/types/handle.ts';
import type { Backend } from '../../../src/tools/backend.ts';
import { outcomeOf } from '../../backends/contract.ts';
import { START_TIMEOUT_MS } from '../cluster.ts';
import { describeOnKubernetes } from '../real.ts';
import { type RealKubernetesBench, startRealBench } from './bench.ts';

const NEVER = new AbortController().signal;
const WAIT_MS = 180_000;

describeOnKubernetes('the log so far of a run', () => {
  let bench: RealKubernetesBench;
  beforeAll(async () => {
    bench = await startRealBench('log-so-far');
  }, START_TIMEOUT_MS);
  afterAll(() => bench?.close(), START_TIMEOUT_MS);

  /** The text of it, and what comes last. */
  async function soFar(backend: Backend, handle: Handle) {
    let text = '';
    let last = 'nothing';
    for await (const event of backend.logSoFar?.(handle, NEVER) ?? []) {
      last = event.type;
      if (event.type === 'log') text += Buffer.from(event.bytes).toString();
    }
    return [text, last];
  }

  it(
    'is what its node has of it, while it runs and when it has ended',
    async () => {
      const backend = bench.connect();
      const plan = bench.plan('traps');
      const handle = await backend.submit(plan, backend.intentOf(plan));
      for await (const event of backend.follow(handle, NEVER)) if (event.type === 'log') break;

      const running = await soFar(backend, handle);
      await backend.stop(handle, 30);
      await outcomeOf(backend.follow(handle, NEVER));
      const ended = await soFar(backend, handle);

      expect([running, ended]).toEqual([
        ['ready\n', 'left'],
        ['ready\nbye\n', 'end'],
      ]);
    },
    WAIT_MS,
  );
});
