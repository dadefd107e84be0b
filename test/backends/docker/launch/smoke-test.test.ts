import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSmokeTest, SMOKE_TEST } from '../../../../src/backends/docker/launch/smoke-test/script.ts';
import type { RunPlan } from '../../../../src/run/types/plan.ts';
import type { Program } from '../../../fakes/engine-server.ts';
import { outcomeOf } from '../../contract.ts';
import { dockerOn, runPlan } from '../../docker-bench.ts';
import { type FakeBench, IMAGE, PROGRAMS, startFakeBench } from '../../fake-bench.ts';

const NEVER = new AbortController().signal;
const GPU = { count: { min: 1, max: 1 }, names: [], optional: false };

describe('a run that has its GPU tried first', () => {
  let bench: FakeBench;
  afterEach(() => bench.close());

  async function start(test: Program, changes: Partial<RunPlan> = {}, refusal?: string) {
    bench = await startFakeBench({ ...PROGRAMS, '/bin/sh': test });
    const { engine } = bench;
    engine.info['DiscoveredDevices'] = [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }];
    const tested: unknown[] = [];
    engine.refuseStart = ({ name, body }) => {
      if (!name.endsWith('-smoke-test')) return undefined;
      tested.push({ Env: body.Env, ...body.HostConfig });
      return refusal;
    };
    const { backend, progress } = dockerOn(engine.url);
    const command = { kind: 'arguments', words: ['prints'] } as const;
    const plan = runPlan(IMAGE, command, { preflight: 'smoke-test', resources: { gpu: GPU }, ...changes });
    const outcome = await outcomeOf(
      backend.follow(await backend.submit(plan, backend.intentOf(plan)), NEVER),
    );
    return { ...outcome, progress, tested, left: [...engine.containers.values()].map(({ name }) => name) };
  }

  const says =
    (text: string): Program =>
    ({ print }) => {
      print(text);
      return 0;
    };

  it('is judged by the end of what an image prints without end', async () => {
    const { stdout, progress } = await start(
      says(`${'noise\n'.repeat(50_000)}last\njobimg-smoke-test: usable\n`),
    );

    expect(stdout).toBe('out\n');
    expect(progress.join('\n').length).toBeLessThan(2_000);
  });

  it('starts when it is usable, in a container with the same GPUs and nothing else', async () => {
    const { stdout, progress, tested, left } = await start(says('GPU 0: L4\njobimg-smoke-test: usable\n'));

    expect([stdout, left.length]).toEqual(['out\n', 1]);
    expect(progress).toContain('the GPU was tried in a container: GPU 0: L4');
    expect(tested).toEqual([
      expect.objectContaining({
        Env: ['NVIDIA_VISIBLE_DEVICES=void', 'NVIDIA_DRIVER_CAPABILITIES=compute,utility'],
        DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['nvidia.com/gpu=0'] }],
        NetworkMode: 'none',
        AutoRemove: true,
      }),
    ]);
  });

  it.each<[string, string, string | undefined]>([
    ['is not usable', 'no GPU is usable in a container: cuInit: unknown error (CUDA error 999)', undefined],
    [
      'is refused',
      'no GPU is usable in a container: the Docker engine answered 500: could not select device driver',
      'could not select device driver',
    ],
  ])('ends before its start when one %s, with a reason of its own', async (_, detail, refusal) => {
    const said = 'cuInit: unknown error (CUDA error 999)\njobimg-smoke-test: unusable\n';
    const { verdict, stdout, left } = await start(says(said), {}, refusal);

    expect(verdict).toEqual({ reason: 'preflight', detail, hint: expect.stringContaining('nvidia') });
    expect([stdout, left]).toEqual(['', []]);
  });

  it('starts without one that is not usable, when it can do so', async () => {
    const optional = { resources: { gpu: { ...GPU, optional: true } } };
    const { verdict, notes } = await start(says('jobimg-smoke-test: unusable\n'), optional);

    expect(verdict.reason).toBe('succeeded');
    expect(notes).toContain('started without a GPU: no GPU is usable in a container: it said nothing');
  });

  it('starts when nobody could try it, which is said', async () => {
    const { verdict, progress } = await start(says('jobimg-smoke-test: unknown\n'));

    expect(verdict.reason).toBe('succeeded');
    expect(progress.join()).toContain('whether the GPU is usable is not known');
  });

  it.each<[string, Partial<RunPlan>]>([
    ['nobody asks for it', { preflight: undefined }],
    ['it has no GPU', { resources: {} }],
  ])('is not tried where %s', async (_, changes) => {
    const { tested, verdict } = await start(says(''), changes);
    expect([tested, verdict.reason]).toEqual([[], 'succeeded']);
  });
});

/** In the place of the module, so that no driver is needed: each call of it answers as the variable says. */
const CTYPES = `import os
class _Value:
    def __init__(self): self.value = int(os.environ["COUNT"])
c_int = c_char_p = c_void_p = _Value
def byref(value): return value
def _text(code, text): text.value = b"unknown error"
class CDLL:
    def __init__(self, name):
        if "MISSING" in os.environ: raise OSError(name + ": cannot open shared object file")
    cuGetErrorString = staticmethod(_text)
    def __getattr__(self, name): return lambda *arguments: int(os.environ.get(name, "0"))
`;

describe('the script of the test', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-smoke-'));
    await writeFile(join(folder, 'sleep'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(folder, 'ctypes.py'), CTYPES);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each<[string, string | undefined, object | undefined, string, string]>([
    ['the tool of the driver alone', 'echo GPU 0: L4', undefined, 'usable', 'GPU 0: L4'],
    [
      'a driver that does not answer',
      'printf "No devices were found"; exit 6',
      {},
      'unusable',
      'No devices were found',
    ],
    ['a tool that cannot run there', 'exit 127', undefined, 'unknown', 'it said nothing'],
    ['nothing', undefined, undefined, 'unknown', 'it said nothing'],
    ['Python alone', undefined, { COUNT: '2' }, 'usable', 'CUDA runs on 2'],
    ['no GPU', undefined, { COUNT: '0' }, 'unusable', 'CUDA finds no GPU'],
    [
      'both, of which CUDA fails',
      'echo GPU 0: L4',
      { cuInit: '999' },
      'unusable',
      'GPU 0: L4; cuInit: unknown error (CUDA error 999)',
    ],
    [
      'a GPU that takes no context',
      undefined,
      { cuDevicePrimaryCtxRetain: '46' },
      'unusable',
      'GPU 0: unknown error (CUDA error 46)',
    ],
    [
      'no driver in it',
      undefined,
      { MISSING: '1' },
      'unknown',
      'libcuda.so.1: cannot open shared object file',
    ],
  ])('with %s', async (_, tool, python, result, detail) => {
    if (tool !== undefined)
      await writeFile(join(folder, 'nvidia-smi'), `#!/bin/sh\n${tool}\n`, { mode: 0o755 });
    if (python !== undefined) await symlink(await realPython(), join(folder, 'python3'));
    const env = { PATH: folder, PYTHONPATH: folder, COUNT: '1', ...python };
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', SMOKE_TEST], { env });

    expect(readSmokeTest(stdout)).toEqual({ result, detail });
  });
});

async function realPython(): Promise<string> {
  const { stdout } = await promisify(execFile)('python3', ['-c', 'import sys; print(sys.executable)']);
  return stdout.trim();
}
