import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseReference } from '../../../src/oci/reference.ts';
import type { Reference } from '../../../src/oci/types.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { runPlan } from '../../backends/docker-bench.ts';
import { ensureBase } from '../../engine/images/base.ts';
import { START_TIMEOUT_MS } from '../cluster.ts';
import { describeOnKubernetes } from '../real.ts';
import { type RealKubernetesBench, startRealBench } from './bench.ts';
import { leastRules } from './least-rules.ts';

const WAIT_MS = 240_000;
const NEVER = new AbortController().signal;

/** What `torch.distributed` does when processes meet, and one sum over all of them. */
const MEET = `
import os, socket, time
rank, world = int(os.environ["NODE_RANK"]), int(os.environ["WORLD_SIZE"])
address = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
os.makedirs("outputs", exist_ok=True)

def connect():
    while True:
        try:
            return socket.create_connection(address, 5)
        except OSError:
            time.sleep(0.2)

if rank == 0:
    server = socket.create_server(("", address[1]))
    others = [server.accept()[0] for _ in range(world - 1)]
    total = 1 + sum(int(other.recv(10)) for other in others)
    for other in others:
        other.sendall(str(total).encode())
else:
    link = connect()
    link.sendall(str(rank + 1).encode())
    total = int(link.recv(10))
print("rank", rank, "of", os.environ["JOBIMG_NODES"], "has", total)
open(f"outputs/{rank}.txt", "w").write(str(total))
`;

const KILLED = `
import os, signal, sys, time
def stop(*_):
    open("outputs/saved.txt", "w").write("saved")
    sys.exit(1)
os.makedirs("outputs", exist_ok=True)
signal.signal(signal.SIGTERM, stop)
print("started", flush=True)
time.sleep(2)
if os.environ["NODE_RANK"] == "1":
    os.kill(os.getpid(), 9)
time.sleep(600)
`;

describeOnKubernetes('a run of two nodes', () => {
  let bench: RealKubernetesBench;
  let image: Reference;
  let folder: string;
  beforeAll(async () => {
    bench = await startRealBench('nodes', leastRules());
    const { reference, digest } = await ensureBase(bench.registry);
    image = { ...parseReference(reference), tag: undefined, digest: digest as `sha256:${string}` };
    folder = await mkdtemp(join(tmpdir(), 'jobimg-nodes-'));
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await bench?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(program: string, outputs: 'first' | 'all') {
    const env = new Map([
      ['MASTER_PORT', '29500'],
      ['WORLD_SIZE', '2'],
      ['JOBIMG_NODES', '2'],
    ]);
    const plan: RunPlan = runPlan(
      image,
      { kind: 'arguments', words: ['python3', '-c', program] },
      {
        backend: { name: 'kubernetes', options: {} },
        nodes: { count: 2, outputs },
        env,
        outputs: ['outputs/'],
        outputsFrom: '/work',
        workdir: '/work',
        stopGrace: 10,
      },
    );
    const backend = bench.connect();
    await backend.check(plan);
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const logs: string[] = ['', ''];
    const events: RunEvent[] = [];
    for await (const event of backend.follow(handle, NEVER)) {
      events.push(event);
      if (event.type === 'log') logs[event.node ?? 0] += Buffer.from(event.bytes).toString();
    }
    const { files, findings } = await backend.collect(handle, plan, join(folder, plan.id));
    const read = (path: string) => readFile(join(folder, plan.id, path), 'utf8');
    await backend.clean(handle);
    return { end: events.at(-1), files, findings, logs, read, count: await bench.count(handle.name) };
  }

  it(
    'meet by the name of their service',
    async () => {
      const { count, end, files, findings, logs, read } = await run(MEET, 'all');

      expect(logs).toEqual(['rank 0 of 2 has 3\n', 'rank 1 of 2 has 3\n']);
      expect(end).toMatchObject({ verdict: { reason: 'succeeded', exitCode: 0 } });
      expect([files, findings]).toEqual([['node-1/outputs/1.txt', 'outputs/0.txt'], []]);
      expect(await read('node-1/outputs/1.txt')).toBe('3');
      expect(count).toBe(0);
    },
    WAIT_MS,
  );

  it(
    'end both when one is killed, with what the other has saved',
    async () => {
      const { end, files, logs } = await run(KILLED, 'first');

      // The second word is the shell's.
      expect(logs).toEqual(['started\n', 'started\nKilled\n']);
      expect(end).toMatchObject({
        verdict: { reason: 'failed', exitCode: 137, detail: expect.stringContaining('node 1 of 2') },
      });
      expect(files).toEqual(['outputs/saved.txt']);
    },
    WAIT_MS,
  );
});
