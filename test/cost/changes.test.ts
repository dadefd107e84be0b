import { describe, expect, it } from '@jest/globals';
import { packageChanges } from '../../src/cost/changes.ts';

describe('packages that change', () => {
  it.each([
    ['requirements.txt', 'torch==2.7\nnumpy\n', 'Torch[cpu] == 2.8 ; python_version > "3"\nnumpy\n', false],
    ['uv.lock', toml('package', '2.7'), toml('package', '2.8'), true],
    ['poetry.lock', toml('package', '2.7'), toml('package', '2.8'), true],
    ['pylock.toml', toml('packages', '2.7'), toml('packages', '2.8'), true],
    ['Pipfile.lock', pipfile('2.7'), pipfile('2.8'), true],
    ['jobimg.lock', ownLock('torch==2.7 --hash=sha256:'), ownLock('torch==2.8 --hash=sha256:'), true],
  ])('are read from %s', (path, before, after, whole) => {
    const cost = packageChanges([{ path, before, after }]);

    expect(cost).toEqual({
      kind: 'pinned',
      changes: [{ name: 'torch', from: '2.7', to: '2.8' }],
      more: 0,
      whole,
    });
  });

  it('are new or gone, in the order of their names', () => {
    const cost = packageChanges([
      { path: 'requirements.txt', before: 'b==1\nc==1\n', after: 'a==1\nc==1\n' },
    ]);

    expect(cost).toMatchObject({
      changes: [
        { name: 'a', to: '1' },
        { name: 'b', from: '1' },
      ],
    });
  });

  it.each([
    ['files that pin nothing', 'numpy\n', 'numpy\ntorch\n'],
    ['files that cannot be read', '{', '{"'],
    ['a version that is open to the last part', 'torch==2.*\n', 'torch==3.*\n'],
  ])('are resolved at build for %s', (_, before, after) => {
    expect(packageChanges([{ path: 'requirements.txt', before, after }])).toEqual({ kind: 'at-build' });
  });

  it.each([
    ['requirements.txt', 'torch==2.7\n', { kind: 'pinned', changes: [], more: 0, whole: false }],
    ['uv.lock', toml('package', '2.7'), { kind: 'pinned', changes: [], more: 0, whole: true }],
    ['pixi.lock', 'version: 6\n', { kind: 'pinned', changes: [], more: 0, whole: true }],
  ])('are none where %s is the same', (path, text, cost) => {
    expect(packageChanges([{ path, before: text, after: text }])).toEqual(cost);
  });

  it.each(['pixi.lock', 'gpu.conda-lock.yml'])('are not known of another %s', (path) => {
    expect(packageChanges([{ path, before: 'a: 1\n', after: 'a: 2\n' }])).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['uv.lock', 'package', 'source = { git = "https://example.org/a?rev=main#COMMIT" }'],
    ['poetry.lock', 'package', '[package.source]\ntype = "git"\nresolved_reference = "COMMIT"'],
    ['pdm.lock', 'package', 'revision = "COMMIT"'],
    [
      'pylock.toml',
      'packages',
      'vcs = { type = "git", url = "https://example.org/a", commit-id = "COMMIT" }',
    ],
  ])('of %s are those of another commit as well', (path, table, source) => {
    const lock = (commit: string) =>
      `[[${table}]]\nname = "a"\nversion = "1"\n${source.replace('COMMIT', commit)}\n`;

    const cost = packageChanges([{ path, before: lock('a'.repeat(40)), after: lock('b'.repeat(40)) }]);

    expect(cost).toMatchObject({
      changes: [{ name: 'a', from: '1 (aaaaaaaaaaaa)', to: '1 (bbbbbbbbbbbb)' }],
    });
  });

  it('of a lock that an earlier commit had broken are all new', () => {
    const cost = packageChanges([{ path: 'uv.lock', before: '[[package', after: toml('package', '2.8') }]);

    expect(cost).toMatchObject({ kind: 'pinned', changes: [{ name: 'torch', to: '2.8' }] });
  });

  it('of a lock with addresses have the version that the archive names', () => {
    const pin = (version: string) => `zlib @ https://example.com/zlib-${version}-h4_1.conda --hash=sha256:`;

    const cost = packageChanges([
      { path: 'jobimg.lock', before: ownLock(pin('1.3'), 'conda'), after: ownLock(pin('1.4'), 'conda') },
    ]);

    expect(cost).toMatchObject({ changes: [{ name: 'zlib', from: '1.3-h4_1', to: '1.4-h4_1' }] });
  });

  it('are counted where they are too many', () => {
    const after = Array.from({ length: 250 }, (_, index) => `p${index}==1`).join('\n');

    const cost = packageChanges([{ path: 'requirements.txt', before: undefined, after }]);

    expect(cost).toMatchObject({ more: 50 });
  });
});

function toml(tables: string, version: string): string {
  return `version = 1\n[[${tables}]]\nname = "torch"\nversion = "${version}"\n`;
}

function pipfile(version: string): string {
  return JSON.stringify({
    default: { torch: { version: `==${version}` } },
    develop: { pytest: { version: '==1' } },
  });
}

function ownLock(pin: string, installer = 'pip'): string {
  const digest = `sha256:${'0'.repeat(64)}`;
  const locked = {
    step: 'requirements.txt',
    base: 'python',
    platform: 'linux/amd64',
    inputs: digest,
    [installer]: [`${pin}${'a'.repeat(64)}`],
  };
  return JSON.stringify({
    note: '',
    version: 1,
    tools: { generator: 1, uv: '1' },
    bases: {},
    packages: [locked],
  });
}
