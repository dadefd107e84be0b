import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createRunFiles } from '../../src/host/runs/files.ts';
import { registryAuthHeader } from '../../src/registry/login/docker-config.ts';
import type { RunPlan } from '../../src/run/types/plan.ts';
import { runAll } from '../../src/steps/runs/run-all.ts';
import type { Backend } from '../../src/tools/backend.ts';
import type { Tools } from '../../src/tools/tools.ts';
import { dockerOn, runPlan } from '../backends/docker-bench.ts';
import { containersOf, docker } from '../e2e/support/images/containers.ts';
import { type Parts, startParts } from '../e2e/support/parts.ts';
import { fakeWorld } from '../fakes/tools.ts';
import { IS_WHOLE, tell } from './sample.ts';

jest.setTimeout(1_800_000);

const FILES = IS_WHOLE ? 200_000 : 11_000;
const BYTES = IS_WHOLE ? 3_000_000_000 : 50_000_000;
/** What the collection may add to the memory of the process, however much there is. */
const MEMORY = 250e6;

/** A process that is asked again and again what it takes. */
function watchMemory(): () => number {
  const start = process.memoryUsage().rss;
  let most = start;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  return () => {
    clearInterval(timer);
    return most - start;
  };
}

describe('outputs of a real run', () => {
  let parts: Parts;
  let folder: string;
  let image: RunPlan['image'];
  let pullAuth: () => Promise<string>;

  beforeAll(async () => {
    parts = await startParts({ name: 'outputs', bases: ['busybox'] });
    folder = await mkdtemp(join(tmpdir(), 'jobimg-outputs-'));
    const { host: registry, password = '', username = '' } = parts.registry;
    const [, path = '', digest = ''] =
      /^[^/]+\/([^:@]+).*?@?(sha256:\w+)?$/.exec(parts.busybox?.reference ?? '') ?? [];
    image = { registry, path, digest: (digest || parts.busybox?.digest) as `sha256:${string}` };
    pullAuth = async () => registryAuthHeader(registry, { kind: 'password', username, password });
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    for (const { id } of await containersOf('large', parts.env))
      await docker(['rm', '--force', id], parts.env);
    await parts?.[Symbol.asyncDispose]();
  });

  it('come back whole, whatever their size and number, before anything of the run is removed', async () => {
    const text = [
      'mkdir outputs/many outputs/checkpoint',
      `head -c ${BYTES} /dev/zero > outputs/large; printf end >> outputs/large`,
      `i=0; while [ $i -lt ${FILES} ]; do : > outputs/many/$i; i=$((i+1)); done`,
      'echo last > outputs/z; ln -s ../z outputs/checkpoint/latest',
      'head -c 2000000 /dev/zero > model.pt',
    ].join('\n');
    const host = process.env['DOCKER_HOST'] ?? parts.env['DOCKER_HOST'] ?? '';
    const plan = runPlan(image, { kind: 'shell', shell: 'sh', text }, { job: 'large', timeout: 1_700 });
    const { backend } = dockerOn(host, { pullAuth });
    let told = (): void => undefined;
    const isTold = new Promise<void>((resolve) => (told = resolve));
    /** The removal begins when the result is there: who waited for it would wait for ever. */
    const patient: Backend = { ...backend, clean: (handle) => isTold.then(() => backend.clean(handle)) };
    const world = fakeWorld({});
    const files = createRunFiles(join(folder, 'jobimg-runs', plan.id));
    const tools: Tools = { ...world.tools, backend: async () => patient, files: async () => files };
    const grown = watchMemory();

    const { runs, findings } = await runAll([plan], tools);
    const memory = grown();
    const before = await containersOf('large', parts.env);
    told();
    await Promise.all(world.afterwards);

    const [run] = runs;
    const at = join(files.folder, 'outputs');
    expect(run?.verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(run?.kept).toBeUndefined();
    expect((run?.outputs.length ?? 0) + (run?.moreOutputs ?? 0)).toBe(FILES + 3);
    expect((await readdir(join(at, 'many'))).length).toBe(FILES);
    await expectWhole(join(at, 'large'));
    expect(existsSync(join(at, 'checkpoint/latest'))).toBe(true);
    // Comparing 200,000 files with the image may take the engine longer than a notice is worth.
    const stray = /^the job wrote "model\.pt", 2\.0 MB, which is not below outputs\//;
    const messages = findings.map(({ message }) => message);
    expect(messages.filter((message) => !stray.test(message))).toEqual([]);
    expect(messages.length).toBeGreaterThanOrEqual(IS_WHOLE ? 0 : 1);
    expect(before).toHaveLength(1);
    expect(memory).toBeLessThan(MEMORY);
    tell('outputs', { files: FILES, bytes: BYTES, memory });
  });

  /** Its size, and what stands at its end. */
  async function expectWhole(path: string): Promise<void> {
    const file = await open(path);
    try {
      const { buffer } = await file.read(Buffer.alloc(3), 0, 3, BYTES);
      expect((await file.stat()).size).toBe(BYTES + 3);
      expect(buffer.toString()).toBe('end');
    } finally {
      await file.close();
    }
  }
});
