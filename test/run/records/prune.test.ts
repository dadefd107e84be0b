import { describe, expect, it } from '@jest/globals';
import {
  type LocalImage,
  type PruneCandidate,
  prunableImages,
  prunableRuns,
} from '../../../src/run/records/prune.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

function run(id: string, days: number, job = 'train'): PruneCandidate {
  return { run: id, job, ended: NOW - days * DAY, size: 1 };
}

describe('the runs that are removed', () => {
  const RUNS = [run('a', 40), run('b', 35), run('c', 3), run('d', 1), run('old', 90, 'eval')];

  it.each([
    ['nothing is asked for', {}, []],
    ['an age', { olderThan: 30 * DAY }, ['a', 'b']],
    ['a number', { keep: 2 }, ['a', 'b']],
    ['both, are those that both let go', { olderThan: 2 * DAY, keep: 3 }, ['a']],
    ['an age that all have, are not the last of a job', { olderThan: 0 }, ['a', 'b', 'c']],
    ['the number 1', { keep: 1 }, ['a', 'b', 'c']],
  ])('where %s', (_, rule, gone) => {
    expect(prunableRuns(RUNS, rule, NOW).map(({ run: id }) => id)).toEqual(gone);
  });
});

describe('the local images that are removed', () => {
  const hex = (digit: string): string => digit.repeat(16);

  function image(tag: string, days: number, layers: readonly string[]): LocalImage {
    return { id: `sha256:${tag}`, tags: [tag], made: NOW - days * DAY, size: 1, layers };
  }

  const IMAGES = [
    image(`env-${hex('1')}`, 30, ['base', 'env1']),
    image(`env-${hex('2')}`, 20, ['base', 'env2']),
    image(`env-${hex('3')}`, 0, ['base', 'env3']),
    image(`train-${hex('a')}`, 30, ['base', 'env1', 'a']),
    image(`train-${hex('b')}`, 20, ['base', 'env2', 'b']),
    image(`eval-${hex('c')}`, 90, ['base', 'env2', 'c']),
  ];
  const goneOf = (used: readonly string[]): readonly string[] =>
    prunableImages(IMAGES, new Set(used), NOW).flatMap(({ tags }) => tags);

  it('are those of no last build of a job, with environments that nothing stands on', () => {
    expect(goneOf([])).toEqual([`env-${hex('1')}`, `train-${hex('a')}`]);
  });

  it('are none that a run or a container has, nor what it stands on', () => {
    expect(goneOf([`sha256:train-${hex('a')}`])).toEqual([]);
  });
});
