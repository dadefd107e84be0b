import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { startParts } from '../support/parts.ts';

/** The folders whose generated Dockerfiles are shown there are built here. */
const GOLDEN = join(import.meta.dirname, '../../golden/recipe');

const parts = await startParts({ name: 'dependencies' });

afterAll(() => parts[Symbol.asyncDispose]());

/** A copy, for jobimg writes outputs and its lock beside the code. */
async function copyOf(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-dependencies-'));
  await cp(join(GOLDEN, name, 'repository'), folder, { recursive: true });
  return folder;
}

async function call(verb: 'build' | 'run', name: string, more: readonly string[] = []): Promise<Ended> {
  const folder = await copyOf(name);
  const to = ['--registry', `${parts.registry.host}/dependencies/${name}`, '--defaults', parts.defaults];
  const ended = await jobimg([verb, '-C', folder, ...to, '--json', ...more], { env: parts.env });
  await rm(folder, { recursive: true });
  return ended;
}

describe('an environment of a dependency file', () => {
  // One of each way to the packages is built twice: pip with hashes, uv, and a program that says what pip installs.
  it.each(['poetry-lock', 'script-lock', 'setup-py'])(
    '%s has what it names, and is the same when it is built again without a cache',
    async (name) => {
      const ended = await call('run', name);
      const again = await call('build', name, ['--rebuild']);

      expect(ended.stderr).toMatch(/^1\.17\.0$/m);
      expect(ended.code).toBe(0);
      expect(onlyJob(again).environment?.result).toBe('built');
      expect(onlyJob(again).environment?.reference).toBe(onlyJob(ended).environment?.reference);
    },
  );

  it.each([
    'pdm-lock',
    'pylock',
    'pylock-environments',
    'pipfile-lock',
    'poetry-project',
    'setup-cfg',
    'requirements-wheels',
  ])('%s has what it names', async (name) => {
    const ended = await call('run', name);

    expect(ended.stderr).toMatch(/^1\.17\.0$/m);
    expect(ended.code).toBe(0);
  });

  it('of a setup.py is pinned by jobimg.lock, and the program is not run for it any more', async () => {
    const folder = await copyOf('setup-py');
    const to = ['-C', folder, '--registry', `${parts.registry.host}/dependencies/locked`];

    const locked = await jobimg(['lock', ...to, '--defaults', parts.defaults], { env: parts.env });
    const lock = await readFile(join(folder, 'jobimg.lock'), 'utf8');
    const ended = await jobimg(['run', ...to, '--defaults', parts.defaults, '--json'], { env: parts.env });
    const planned = await jobimg(['plan', ...to, '--defaults', parts.defaults, '--json'], { env: parts.env });
    await rm(folder, { recursive: true });

    expect(locked.code).toBe(0);
    expect(lock).toContain('six==1.17.0 --hash=sha256:');
    expect(ended.stderr).toMatch(/^1\.17\.0$/m);
    expect(planned.stdout).toContain('six==1.17.0 --hash=sha256:');
    expect(planned.stdout).not.toContain('run_setup');
  });

  it('of a setup.py that cannot be run says what to do', async () => {
    const folder = await copyOf('setup-py');
    await rm(join(folder, 'requirements'), { recursive: true });
    const to = ['-C', folder, '--registry', `${parts.registry.host}/dependencies/broken`];

    const ended = await jobimg(['build', ...to, '--defaults', parts.defaults], { env: parts.env });
    await rm(folder, { recursive: true });

    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('jobimg: setup.py could not say what it needs');
    expect(ended.stderr).toContain('FileNotFoundError');
  });
});
