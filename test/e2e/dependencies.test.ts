import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { readImage, type StoredImage } from './support/images.ts';
import { type Ended, jobimg, onlyJob } from './support/jobimg.ts';
import { startParts } from './support/parts.ts';

jest.setTimeout(300_000);

/** The folders whose generated Dockerfiles are shown there are built here. */
const GOLDEN = join(import.meta.dirname, '../golden/recipe');

const parts = await startParts({ name: 'dependencies' });

afterAll(() => parts[Symbol.asyncDispose]());

/** Copied, for jobimg writes outputs beside the code. */
async function call(verb: 'build' | 'run', name: string, more: readonly string[] = []): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-dependencies-'));
  await cp(join(GOLDEN, name, 'repository'), folder, { recursive: true });
  const to = ['--registry', `${parts.registry.host}/dependencies/${name}`, '--defaults', parts.defaults];
  const ended = await jobimg([verb, '-C', folder, ...to, '--json', ...more], { env: parts.env });
  await rm(folder, { recursive: true });
  return ended;
}

async function rebuilt(name: string): Promise<StoredImage> {
  const { environment } = onlyJob(await call('build', name, ['--rebuild']));
  return await readImage(parts.registry, environment?.reference ?? '');
}

describe('an environment of a dependency file', () => {
  const KINDS = [
    'poetry-lock',
    'pdm-lock',
    'pylock',
    'pipfile-lock',
    'script-lock',
    'poetry-project',
    'setup-cfg',
    'setup-py',
  ];

  it.each(KINDS)('%s has what it names', async (name) => {
    const ended = await call('run', name);

    expect(ended.stderr).toMatch(/^1\.17\.0$/m);
    expect(ended.code).toBe(0);
  });

  it.each(KINDS)('%s is the same when it is built twice without a cache', async (name) => {
    const [first, second] = [await rebuilt(name), await rebuilt(name)];

    expect(second.digest).toBe(first.digest);
  });
});
