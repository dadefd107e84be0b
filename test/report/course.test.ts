import { describe, expect, it } from '@jest/globals';
import { countersLast, isCounter, sparkline } from '../../src/report/course.ts';

describe('sparkline', () => {
  it.each([
    [[], ''],
    [[1], ''],
    [[1, 1], '▁▁'],
    [[0, 1, 2], '▁▅█'],
    [[0, Number.NaN, 1], '▁█'],
  ])('draws %j as "%s"', (values, drawn) => {
    expect(sparkline(values)).toBe(drawn);
  });

  it('thins a long course to what fits', () => {
    expect([...sparkline(Array.from({ length: 1000 }, (_, index) => index))]).toHaveLength(40);
  });
});

describe('isCounter', () => {
  it.each([
    ['epoch', [1, 2, 3], true],
    ['trainer/global_step', [10, 20, 20], true],
    ['Iteration', [0], true],
    ['train.steps', [1, 2], true],
    ['epoch', [3, 1], false],
    ['steps_per_second', [1, 2], false],
    ['loss', [1, 2], false],
    ['epoch', [1, Number.NaN], false],
  ])('of %s with %j is %s', (name, values, counts) => {
    expect(isCounter({ name, values })).toBe(counts);
  });
});

it('puts counters behind what was measured', () => {
  const metrics = ['step', 'loss', 'epoch', 'accuracy'].map((name) => ({ name, values: [1, 2] }));

  expect(countersLast(metrics).map(({ name }) => name)).toEqual(['loss', 'accuracy', 'step', 'epoch']);
});
