import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { uploadFolder } from '../../src/artifact/upload-folder.ts';
import type { UploadFailureKind } from '../../src/run/artifact/upload-failure.ts';
import type { Upload } from '../../src/tools/artifacts.ts';
import {
  type ArtifactService,
  type Fault,
  type StepName,
  startArtifactService,
} from '../fakes/artifact-service.ts';
import { IS_WHOLE, tell } from './sample.ts';

const SCRIPT = fileURLToPath(new URL('../../dist/upload.js', import.meta.url));
const FILES = { 'log.txt': 'epoch 1\n', 'outputs/model.pt': 'weights', 'outputs/a:b.json': '{}' };
const STORED = [
  ['log.txt', 'epoch 1\n'],
  ['outputs/a%3Ab.json', '{}'],
  ['outputs/model.pt', 'weights'],
];

let root: string;
let folder: string;
let service: ArtifactService;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jobimg-artifact-'));
  folder = join(root, 'run');
  await mkdir(join(folder, 'outputs'), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) await writeFile(join(folder, path), text);
  service = await startArtifactService();
});

afterEach(async () => {
  await service[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

function upload(
  to: ArtifactService = service,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Upload> {
  const runner = {
    PATH: process.env['PATH'],
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/train',
    GITHUB_RUN_ID: '18',
    no_proxy: '127.0.0.1',
  };
  const options = { script: SCRIPT, env: { ...runner, ...to.env, ...env }, tell: () => undefined };
  return uploadFolder('train-1', folder, options);
}

/** A fault of every request of a kind, or of the first alone. */
interface Case {
  readonly step: StepName;
  readonly fault: Fault;
  readonly times: 'once' | 'always';
  /** The name that it is stored under in the end, or why it is not. */
  readonly ends: { readonly name: string } | { readonly kind: UploadFailureKind };
  /** Takes longer than a test may that runs each time: the client waits between what it repeats. */
  readonly isSlow?: true;
}

const DONE = { name: 'train-1' };
const SECOND = { name: 'train-1-2' };

const CASES: readonly Case[] = [
  { step: 'create', fault: { status: 409 }, times: 'once', ends: SECOND },
  { step: 'create', fault: { status: 409 }, times: 'always', ends: { kind: 'taken' } },
  { step: 'create', fault: { status: 403 }, times: 'always', ends: { kind: 'denied' } },
  {
    step: 'create',
    fault: { status: 400, message: 'insufficient usage to create artifact' },
    times: 'always',
    ends: { kind: 'quota' },
  },
  { step: 'create', fault: { status: 503 }, times: 'once', ends: DONE, isSlow: true },
  { step: 'create', fault: { status: 500 }, times: 'always', ends: { kind: 'service' }, isSlow: true },
  { step: 'create', fault: 'cut', times: 'once', ends: DONE },
  { step: 'create', fault: 'cut', times: 'always', ends: { kind: 'network' }, isSlow: true },
  { step: 'create', fault: 'answer-lost', times: 'once', ends: SECOND },
  {
    step: 'block',
    fault: { status: 403, message: 'AuthenticationFailed' },
    times: 'always',
    ends: { kind: 'denied' },
  },
  { step: 'block', fault: { status: 503, message: 'ServerBusy' }, times: 'once', ends: DONE, isSlow: true },
  {
    step: 'block',
    fault: { status: 500, message: 'InternalError' },
    times: 'always',
    ends: { kind: 'service' },
    isSlow: true,
  },
  { step: 'block', fault: 'cut', times: 'once', ends: DONE, isSlow: true },
  { step: 'block', fault: 'answer-lost', times: 'once', ends: DONE, isSlow: true },
  { step: 'block', fault: 'cut', times: 'always', ends: { kind: 'network' }, isSlow: true },
  { step: 'block', fault: 'no-answer', times: 'always', ends: { kind: 'network' }, isSlow: true },
  { step: 'commit', fault: { status: 503, message: 'ServerBusy' }, times: 'once', ends: DONE, isSlow: true },
  { step: 'commit', fault: 'answer-lost', times: 'once', ends: DONE, isSlow: true },
  {
    step: 'commit',
    fault: { status: 403, message: 'AuthenticationFailed' },
    times: 'always',
    ends: { kind: 'denied' },
  },
  { step: 'finalize', fault: { status: 500 }, times: 'once', ends: DONE, isSlow: true },
  { step: 'finalize', fault: { status: 403 }, times: 'always', ends: { kind: 'denied' } },
  { step: 'finalize', fault: 'cut', times: 'once', ends: SECOND },
  { step: 'finalize', fault: 'answer-lost', times: 'once', ends: SECOND },
];

describe('an artifact, by a service that fails', () => {
  const cases = CASES.filter(({ isSlow }) => IS_WHOLE || isSlow === undefined);

  it('is whole, or is none and says why: at every request, in every way', async () => {
    const outcomes = await Promise.all(cases.map(tried));

    expect(outcomes).toEqual(cases.map(({ ends }) => ends));
    expect(await readdir(root)).toEqual(['run']);
    tell('artifact', { cases: cases.length });
  });

  async function tried({ step, fault, times }: Case): Promise<Case['ends'] | string> {
    await using own = await startArtifactService();
    own.fault = (at, before) => (at === step && (times === 'always' || before === 0) ? fault : undefined);
    // As long as the client waits for a block without an answer: five minutes otherwise.
    const told = await upload(own, { ACTIONS_ARTIFACT_UPLOAD_TIMEOUT_MS: '30000' });
    if (told.kind !== 'uploaded') return told.kind === 'failed' ? { kind: told.failure.kind } : told.kind;
    const { name } = told.artifact;
    expect(
      own
        .files(name)
        .map(({ path, text }) => [path, text])
        .sort(),
    ).toEqual(STORED);
    return { name };
  }
});

describe('an artifact, on a machine that fails', () => {
  it('is none where the process ends, and that is told', async () => {
    service.fault = (step) => {
      if (step === 'block') for (const id of uploads()) process.kill(Number(id), 'SIGKILL');
      return undefined;
    };

    expect(await upload()).toEqual({
      kind: 'failed',
      failure: { kind: 'ended', detail: 'the upload was ended by SIGKILL' },
    });
  });

  it('is none where the program is not there', async () => {
    const told = await uploadFolder('train-1', folder, {
      script: '/none.js',
      env: service.env,
      tell: () => undefined,
    });

    expect(told).toMatchObject({ kind: 'failed', failure: { kind: 'ended' } });
  });

  it.each([
    ['GitHub Enterprise Server', { GITHUB_SERVER_URL: 'https://git.example.com' }, 'enterprise'],
    ['no runner', { ACTIONS_RUNTIME_TOKEN: undefined }, 'no-service'],
    ['a runner without the service', { ACTIONS_RESULTS_URL: undefined }, 'no-service'],
    ['a runner with another token', { ACTIONS_RUNTIME_TOKEN: 'a.b.c' }, 'no-service'],
  ])('is none on %s', async (_, env, kind) => {
    expect(await upload(service, env)).toMatchObject({ kind: 'failed', failure: { kind } });
    expect(service.asked).toEqual([]);
  });

  it('says of which file the client had nothing, when one is gone meanwhile', async () => {
    service.fault = (step) => {
      if (step === 'create') rmSync(join(folder, 'outputs/model.pt'));
      return undefined;
    };
    await rm(join(folder, 'outputs/a:b.json'));

    expect(await upload()).toMatchObject({ kind: 'uploaded', remarks: [expect.stringContaining('ENOENT')] });
    expect(service.files('train-1').map(({ path }) => path)).toEqual(['log.txt']);
  });

  it('is not asked for where the folder has no file', async () => {
    await rm(folder, { recursive: true });
    await mkdir(folder);

    expect(await upload()).toEqual({ kind: 'nothing-there' });
    expect(service.asked).toEqual([]);
  });
});

describe('a large artifact', () => {
  const size = IS_WHOLE ? 3 * 1024 ** 3 : 256 * 1024 ** 2;

  it('comes whole, with memory that does not grow with it', async () => {
    await writeFile(join(folder, 'outputs/large.pt'), '');
    await truncate(join(folder, 'outputs/large.pt'), size);
    let peak = 0;
    service.fault = () => {
      peak = Math.max(peak, ...uploads().map(peakMemory));
      return undefined;
    };

    const told = await upload();
    const stored = service.files('train-1').find(({ path }) => path === 'outputs/large.pt');

    expect(told).toMatchObject({ kind: 'uploaded', artifact: { name: 'train-1' } });
    expect(stored).toMatchObject({ size, sha256: hashOfNoughts(size) });
    expect(peak).toBeLessThan(300 * 1024 ** 2);
    tell('artifact-memory', { bytes: size, peak });
  });

  it('of many files comes whole', async () => {
    const count = IS_WHOLE ? 70_000 : 2_000;
    await mkdir(join(folder, 'outputs/many'));
    for (let index = 0; index < count; index += 1)
      await writeFile(join(folder, 'outputs/many', `${index}.txt`), `${index}`);

    await upload();
    const many = service.files('train-1').filter(({ path }) => path.startsWith('outputs/many/'));

    expect(many).toHaveLength(count);
    expect(many.filter(({ path, text }) => path !== `outputs/many/${text}.txt`)).toEqual([]);
  });
});

/** Processes that this one has started to upload. */
function uploads(): readonly string[] {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return children.filter(
    (id) => id !== '' && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes('upload.js'),
  );
}

/** The most memory that a process had at a time, in bytes. */
function peakMemory(id: string): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) * 1024;
}

function hashOfNoughts(bytes: number): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1024 ** 2);
  for (let left = bytes; left > 0; left -= piece.length) hash.update(piece);
  return hash.digest('hex');
}
