import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { linkRuns } from '../../../src/host/runs/link.ts';
import { keptRunsFolder, readRunName, runPlace } from '../../../src/host/runs/paths.ts';
import { BUILT_IN_IGNORE } from '../../../src/recipe/ignore/paths.ts';
import { readCheckout } from '../../../src/source/checkout.ts';
import { createSource } from '../../../src/source/source.ts';

const HOSTED = { RUNNER_ENVIRONMENT: 'github-hosted', RUNNER_TEMP: '/runner/temp', HOME: '/h' };

describe('the place of runs', () => {
  it.each([
    [HOSTED, '/runner/temp/jobimg/runs', undefined],
    [{ ...HOSTED, RUNNER_ENVIRONMENT: 'self-hosted' }, '/h/.local/state/jobimg/runs', '/work/jobimg-runs'],
    [{ RUNNER_TEMP: '/runner/temp', XDG_STATE_HOME: '/s' }, '/s/jobimg/runs', '/work/jobimg-runs'],
    [{ HOME: '/h' }, '/h/.local/state/jobimg/runs', '/work/jobimg-runs'],
    [{ HOME: '/h', JOBIMG_STATE: '/data' }, '/data/runs', '/work/jobimg-runs'],
    [{ HOME: '/h', JOBIMG_STATE: '' }, '/h/.local/state/jobimg/runs', '/work/jobimg-runs'],
    [{ ...HOSTED, JOBIMG_STATE: '/data' }, '/data/runs', '/work/jobimg-runs'],
    [{ JOBIMG_STATE: '/work-too' }, '/work-too/runs', '/work/jobimg-runs'],
  ])('is, with %j, %s', (env, folder, link) => {
    expect(runPlace(env, '/work')).toEqual({ folder, link });
  });

  it.each([
    ['state', 'which would be a folder of the checkout'],
    ['/work', 'runs would be kept in the repository'],
    ['/work/state', 'runs would be kept in the repository'],
  ])('is never %s, in the checkout', (named, message) => {
    expect(() => runPlace({ JOBIMG_STATE: named }, '/work')).toThrow(message);
  });

  it('is read in any folder', () => {
    expect(keptRunsFolder({ JOBIMG_STATE: '/work/state' })).toBe('/work/state/runs');
    expect(keptRunsFolder(HOSTED)).toBe('/runner/temp/jobimg/runs');
  });

  it.each([
    ['train-1', undefined],
    ['train-1.json', 'record'],
    ['train-1.ended.json', 'ended'],
    ['train-1.part-x7', undefined],
    ['train-1.json.7.tmp', 'unfinished'],
    ['2026-12-01T1756Z-train-1', 'folder'],
    ['2026-12-01T1756Z-train-1_lr=0.1-depth=3', 'folder'],
    ['2026-12-01T1756Z-train-1_lr=0.1.part-x7', 'unfinished'],
    ['2026-12-01T1756Z-train-1.json', undefined],
    ['latest', undefined],
    ['owner.txt', undefined],
    ['.removing-train-1', undefined],
    ['Train', undefined],
  ])('holds "%s" for a run as its %s', (name, kind) => {
    expect(readRunName(name)?.kind).toBe(kind);
  });
});

describe('the link to the runs', () => {
  let root: string;
  let checkout: string;
  let runs: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-link-'));
    [checkout, runs] = [join(root, 'checkout'), join(root, 'state/runs')];
    mkdirSync(checkout);
    mkdirSync(join(runs, 'train-1'), { recursive: true });
    writeFileSync(join(runs, 'train-1/model.pt'), 'weights');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const link = (): string => join(checkout, 'jobimg-runs');
  const git = (...words: readonly string[]): string =>
    execFileSync('git', words, { cwd: checkout, encoding: 'utf8' });
  const make = (): void => linkRuns({ folder: runs, link: link() }, readCheckout(checkout).excludeFile);

  it('leads to them, and outlives neither a clean checkout nor takes them along', () => {
    git('init', '-q');
    make();
    make();

    expect(readFileSync(join(link(), 'train-1/model.pt'), 'utf8')).toBe('weights');
    expect(git('status', '--porcelain')).toBe('');
    git('clean', '-ffdx');
    expect(lstatSync(link(), { throwIfNoEntry: false })).toBeUndefined();
    expect(readFileSync(join(runs, 'train-1/model.pt'), 'utf8')).toBe('weights');
    make();
    expect(readFileSync(join(checkout, '.git/info/exclude'), 'utf8').match(/^jobimg-runs$/gm)).toHaveLength(
      1,
    );
  });

  it('enters no image, neither of this folder nor of one that it is in', async () => {
    writeFileSync(join(checkout, 'train.py'), '');
    make();
    mkdirSync(join(checkout, 'services/ranker'), { recursive: true });
    symlinkSync(runs, join(checkout, 'services/ranker/jobimg-runs'));
    const source = createSource({ root: checkout, tempFolder: root });

    const set = { kind: 'walked', folder: '', git: true, include: [] } as const;
    const { entries } = await source.scan({ ...set, ignore: BUILT_IN_IGNORE });

    expect(readlinkSync(link())).toBe(runs);
    expect(entries.map(({ path }) => path)).toEqual(['train.py']);
  });

  it.each<[string, () => void]>([
    ['a link', () => symlinkSync(join(root, 'elsewhere'), link())],
    ['a file', () => writeFileSync(link(), 'theirs')],
    ['a folder', () => mkdirSync(link())],
    [
      'a link for the patterns of Git',
      () => plantExclude((file) => symlinkSync(join(root, 'profile'), file)),
    ],
    ['a folder for them', () => plantExclude((file) => mkdirSync(file))],
    ['a link for their folder', () => plantInfo()],
    ['a checkout that cannot be written to', () => rmSync(checkout, { recursive: true })],
  ])('is not made where %s is in the way, and nothing is written elsewhere', (_, plant) => {
    writeFileSync(join(root, 'profile'), 'mine');
    plant();
    const before = lstatSync(link(), { throwIfNoEntry: false })?.ino;

    make();

    expect(lstatSync(link(), { throwIfNoEntry: false })?.ino).toBe(before);
    expect(readFileSync(join(root, 'profile'), 'utf8')).toBe('mine');
  });

  it('is not made in a second work tree, whose Git files lead elsewhere', () => {
    git('init', '-q');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'a');
    git('worktree', 'add', '-q', '--detach', join(root, 'second'));

    linkRuns(
      { folder: runs, link: join(root, 'second/jobimg-runs') },
      readCheckout(join(root, 'second')).excludeFile,
    );

    expect(lstatSync(join(root, 'second/jobimg-runs'), { throwIfNoEntry: false })).toBeUndefined();
  });

  function plantExclude(put: (file: string) => void): void {
    git('init', '-q');
    const file = join(checkout, '.git/info/exclude');
    rmSync(file, { force: true });
    mkdirSync(join(checkout, '.git/info'), { recursive: true });
    put(file);
  }

  function plantInfo(): void {
    git('init', '-q');
    rmSync(join(checkout, '.git/info'), { recursive: true, force: true });
    symlinkSync(root, join(checkout, '.git/info'));
  }
});
