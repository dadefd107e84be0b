import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Choice } from '../../../../src/jobspec/format/parsed-spec.ts';
import { drawCombinations, drawn } from '../../../../src/jobspec/params/draw.ts';
import { problemsOf, readFile } from './read.ts';

function group(hptuning: string, rest = 'run: { cmd: "x {{ lr }}" }'): string {
  return `version: 1\nkind: group\nbuild: { image: a }\nhptuning: ${hptuning}\n${rest}\n`;
}

function strategyOf(text: string, choice: Choice = {}) {
  const { strategy } = readFile(text, choice).job;
  if (strategy === undefined) throw new Error('no strategy');
  return strategy;
}

function commandsOf(text: string, choice: Choice = {}): readonly string[] {
  return strategyOf(text, choice).legs.map(({ command }) =>
    command?.kind === 'arguments' ? (command.words.at(-1)?.join('') ?? '') : '',
  );
}

const params = (values: Readonly<Record<string, string>>) => ({ params: new Map(Object.entries(values)) });

describe('a group', () => {
  it('is a matrix, each run of which is rendered with its own values', () => {
    const text = group(
      '{ concurrency: 2, matrix: { lr: { values: [0.1, 1e-3] }, u: { values: [[64, 32], [10]] } } }',
      'params: { batch: 128, out: "run-{{ lr }}" }\nrun: { cmd: "x {{ lr * 2 }} {{ u[0] }} {{ batch }} {{ out }}" }',
    );
    const { legs, maxParallel, failFast } = strategyOf(text);

    expect({ maxParallel, failFast }).toEqual({ maxParallel: 2, failFast: false });
    expect(commandsOf(text)).toEqual([
      'x 0.2 64 128 run-0.1',
      'x 0.2 10 128 run-0.1',
      'x 0.002 64 128 run-0.001',
      'x 0.002 10 128 run-0.001',
    ]);
    expect(legs.map(({ label }) => label)[1]).toBe('lr=0.1, u=[10]');
    expect(legs[2]?.params.get('lr')).toEqual({ type: 'float', text: '0.001' });
    expect(legs[2]?.env?.get('POLYAXON_PARAMS')).toEqual([
      '{"batch": 128, "out": "run-0.001", "lr": 0.001, "u": [64, 32]}',
    ]);
  });

  it.each([
    ['{ values: [a, "1", yes, 0.00001] }', ['a', '1', 'True', '1e-05']],
    ['{ range: "0:4:2" }', ['0', '2']],
    ['{ range: [0, 0.3, 0.1] }', ['0.0', '0.1', '0.2']],
    ['{ linspace: "0:1:3" }', ['0.0', '0.5', '1.0']],
    ['{ linspace: { start: 0, stop: 0.3, num: 4 } }', ['0.0', '0.1', '0.2', '0.3']],
    ['{ logspace: { start: -2, stop: 0, num: 3 } }', ['0.01', '0.1', '1.0']],
    ['{ logspace: "1:3:3:2" }', ['2.0', '4.0', '8.0']],
    ['{ geomspace: [1, 1000, 4] }', ['1.0', '10.0', '100.0', '1000.0']],
  ])('prints the values of %s as Python does', (values, printed) => {
    expect(commandsOf(group(`{ matrix: { lr: ${values} } }`))).toEqual(printed.map((one) => `x ${one}`));
  });

  it('has no null among its values, which Polyaxon refuses', () => {
    expect(problemsOf(group('{ matrix: { lr: { values: [1, null] } } }'))).toHaveLength(1);
  });

  it('runs one at a time when it does not say how many', () => {
    expect(strategyOf(group('{ matrix: { lr: { values: [1] } } }')).maxParallel).toBe(1);
  });

  it('keeps the first of a grid, however large it is', () => {
    const text = group(
      '{ grid_search: { n_experiments: 3 }, matrix: { lr: { range: "0:9000:1" }, b: { values: [x, y] } } }',
    );

    expect(strategyOf(text).legs.map(({ label }) => label)).toEqual(['lr=0, b=x', 'lr=0, b=y', 'lr=1, b=x']);
  });

  it('draws so many different runs, the same each time, and others by another seed', () => {
    const text = (seed: string) =>
      group(
        `{ random_search: { n_experiments: 5 }, ${seed}matrix: { lr: { linspace: "0:1:11" }, b: { range: "0:1000:1" } } }`,
      );
    const labels = (seed: string) => strategyOf(text(seed)).legs.map(({ label }) => label);

    expect(new Set(labels('')).size).toBe(5);
    expect(labels('')).toEqual(labels('seed: 0, '));
    expect(labels('')).not.toEqual(labels('seed: 1, '));
    expect(labels('seed: 42, ')).toEqual(DRAWN);
  });

  it('is fixed by a value of the caller', () => {
    const text = group('{ matrix: { lr: { values: [0.1, 0.001] }, b: { values: [1, 2] } } }');

    expect(commandsOf(text, params({ lr: '1e-3' }))).toEqual(['x 0.001', 'x 0.001']);
    expect(commandsOf(text, params({ lr: '0.5', b: '1' }))).toEqual(['x 0.5']);
    expect(commandsOf(text, { overrides: new Map([['params.lr', '0.1']]) })).toEqual(['x 0.1', 'x 0.1']);
  });

  it.each([
    [
      '{ matrix: { lr: { uniform: [0, 1] } } }',
      '4:27 matrix.lr: the values cannot be listed > write "values: […]", or range, linspace, logspace or geomspace',
    ],
    [
      '{ matrix: { lr: { values: [1] } }, bo: { n_iterations: 3 } }',
      '4:46 "hptuning.bo" chooses runs by the results of others > write "random_search: { n_experiments: 10 }", or no search for all combinations of the matrix',
    ],
    [
      '{ matrix: { lr: { values: [1] } }, sead: 1 }',
      '4:46 unknown key "sead" in "hptuning" > did you mean "seed"?',
    ],
    [
      '{ matrix: { lr: { values: [1] } }, random_search: {} }',
      '4:61 n_experiments: "" is not a number of runs > write 1 to 256',
    ],
    [
      '{ matrix: { lr: { values: [1] } }, random_search: { n_experiments: 1 }, grid_search: {} }',
      '4:61 "grid_search" and "random_search" cannot be used together > remove one of them',
    ],
    [
      '{ matrix: { lr: { range: "0:1000:1" } } }',
      '4:21 the matrix has 1000 combinations, and may have at most 256 > leave values out, or split the job into several',
    ],
  ])('with %s is answered', (hptuning, problem) => {
    expect(problemsOf(group(hptuning))).toEqual([problem]);
  });

  it('has one image for all of its runs', () => {
    const text = `version: 1\nkind: group\nbuild: { image: a, build_steps: ["echo {{ lr }}"] }\nhptuning: { matrix: { lr: { values: [1, 2] } } }\nrun: { cmd: x }\n`;

    expect(problemsOf(text)).toEqual([
      '1:1 more than the command depends on the values of "hptuning.matrix" > name them in "run: { cmd: … }" alone: all runs of a group have one image',
    ]);
  });
});

/** What was drawn by the first release that could. */
const DRAWN = ['lr=0.5, b=243', 'lr=0.8, b=256', 'lr=0.7, b=147', 'lr=0.1, b=981', 'lr=0.8, b=989'];

describe('a draw', () => {
  it('is a number from 0 up to 1', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (seed, place) => {
        const value = drawn(seed, place);

        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
      }),
    );
  });

  it('repeats no combination, and ends when there are no more', () => {
    const vectors = fc.dictionary(fc.string(), fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 5 }), {
      minKeys: 1,
      maxKeys: 3,
    });
    fc.assert(
      fc.property(vectors, fc.integer({ min: 1, max: 40 }), (lists, count) => {
        const map = new Map(Object.entries(lists));
        const total = [...map.values()].reduce((size, { length }) => size * length, 1);

        const all = drawCombinations(map, count, 'x').map((one) => JSON.stringify([...one]));

        expect(all).toHaveLength(Math.min(count, total));
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});
