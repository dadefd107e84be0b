import { expect, it } from '@jest/globals';
import { courseChart } from '../../../src/report/summary/course-chart.ts';

it('draws what was measured over the counter of the job', () => {
  const metrics = [
    { name: 'train/epoch', values: [1, 2, 3, 4] },
    { name: 'lr', values: [0.1] },
    { name: 'loss "x"', values: [2, 1.23456, 0.5, 0.25] },
  ];

  expect(courseChart(metrics)).toBe(`xychart-beta
  title "loss  x "
  x-axis "train/epoch" 1 --> 4
  line [2, 1.235, 0.5, 0.25]`);
});

it('draws without a counter that has another course, and writes no exponent', () => {
  const metrics = [
    { name: 'epoch', values: [1, 2] },
    { name: 'loss', values: [1e-9, 2e-7, 5e11] },
  ];

  expect(courseChart(metrics)).toBe(`xychart-beta
  title "loss"
  line [0.000000001000, 0.000000200000, 500000000000]`);
});

it.each([
  ['counters alone', [{ name: 'step', values: [1, 2, 3] }]],
  ['a course of two points', [{ name: 'loss', values: [1, 2] }]],
  ['what is too large to draw', [{ name: 'loss', values: [1, 2, 1e20] }]],
])('draws nothing of %s', (_, metrics) => {
  expect(courseChart(metrics)).toBeUndefined();
});
