import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { codeCacheFile } from '../../../src/entries/chunks/file.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'jobimg-home-'));
});

afterEach(() => rmSync(home, { recursive: true }));

function fileOf(words: readonly string[], env: NodeJS.ProcessEnv = {}, dist = '/actions/jobimg/v1/dist/') {
  return codeCacheFile(
    { argv: ['node', ...words], arch: 'x64', version: 'v24.9.0', env: { HOME: home, ...env } },
    dist,
  );
}

describe('the file of compiled code', () => {
  it('is in the cache folder of the user, one for each version of Node', () => {
    expect(fileOf(['/dist/action.js'])).toMatch(`${join(home, '.cache', 'jobimg', 'compiled')}/v24.9.0-x64-`);
    expect(fileOf(['/dist/action.js'], { XDG_CACHE_HOME: '/var/cache/runner' })).toMatch(
      '/var/cache/runner/jobimg/compiled/',
    );
  });

  it('is another one for each program, each command and each bundle', () => {
    const files = [
      fileOf(['/dist/action.js']),
      fileOf(['/dist/post.js']),
      fileOf(['/dist/cli.js', 'build']),
      fileOf(['/dist/cli.js', 'run']),
      fileOf(['/dist/cli.js', 'run'], {}, '/other/dist/'),
    ];

    expect(new Set(files).size).toBe(files.length);
    expect(fileOf(['/dist/cli.js', 'run', '-C', 'job'])).toBe(fileOf(['/usr/bin/cli.js', 'run']));
  });

  it('does not have in its name what was typed', () => {
    expect(fileOf(['/dist/cli.js', 'hunter2'])).not.toContain('hunter2');
  });

  it.each<NodeJS.ProcessEnv>([
    { JOBIMG_REMEMBER: '0' },
    { RUNNER_ENVIRONMENT: 'github-hosted' },
    { NODE_DISABLE_COMPILE_CACHE: '1' },
    { NODE_V8_COVERAGE: '/tmp/coverage' },
  ])('is not there with %j', (env) => {
    expect(fileOf(['/dist/action.js'], env)).toBeUndefined();
  });

  it('is never where a commit could have written it', () => {
    expect(fileOf(['/dist/action.js'], { GITHUB_WORKSPACE: home })).toBeUndefined();

    mkdirSync(join(home, '.git'));
    expect(fileOf(['/dist/action.js'])).toBeUndefined();
    expect(fileOf(['/dist/action.js'], { HOME: join(home, 'sub') })).toBeUndefined();
  });
});
