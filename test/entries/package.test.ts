import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withOwner } from '../../scripts/owner.mjs';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Packed {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: unknown;
  readonly private?: unknown;
}

describe('the package of the command line', () => {
  let folder: string;
  let tarball: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-npm-'));
    const { stdout } = await execute(process.execPath, [join(ROOT, 'scripts/package.mjs'), folder]);
    tarball = stdout.trim();
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('holds the bundle and what a user reads, and neither sources nor tests', async () => {
    const { stdout } = await execute('tar', ['-tzf', tarball]);

    const names = new Set(
      stdout
        .trim()
        .split('\n')
        .map((path) => path.split('/')[1]),
    );
    expect([...names].sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', 'schema']);
  });

  it('needs no other package', async () => {
    const { stdout } = await execute('tar', ['-xzOf', tarball, 'package/package.json']);

    const packed: Packed = JSON.parse(stdout);
    expect(packed.dependencies).toBeUndefined();
    expect(packed.private).toBeUndefined();
    expect(packed.name).toBe('jobimg');
  });

  it('is started by npx, with no network', async () => {
    const env = { PATH: process.env['PATH'], HOME: folder, npm_config_cache: join(folder, 'cache') };

    const { stdout } = await execute(
      'npx',
      ['--yes', '--offline', '--package', tarball, 'jobimg', '--version'],
      {
        cwd: folder,
        env,
      },
    );

    const { version }: Packed = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(stdout.trim()).toBe(version);
  });
});

describe('a release', () => {
  const release = (...words: readonly string[]) =>
    execute(process.execPath, [join(ROOT, 'scripts/release.mjs'), ...words], {
      env: { ...process.env, GITHUB_REPOSITORY: 'org/jobimg-action' },
    });

  it('is not made from a tag that is not the version of the package', async () => {
    await expect(release('v99.0.0', '--check')).rejects.toMatchObject({
      stderr: expect.stringContaining('::error::the tag is v99.0.0, package.json says '),
    });
  });
});

describe('the owner', () => {
  it.each([
    (owner: string) => `uses: ${owner}/jobimg-action/run@v1`,
    (owner: string) => `/^${owner}\\/jobimg-action[/@]/`,
    (owner: string) => `git+https://github.com/${owner}/jobimg-action.git`,
  ])('is replaced wherever the action is named: %s', (text) => {
    expect(withOwner(text('somebody'), 'acme')).toBe(text('acme'));
  });

  it.each(['# jobimg-action', 'org-jobimg-action@v1'])('is not looked for in %s', (text) => {
    expect(withOwner(text, 'acme')).toBe(text);
  });
});
