import { describe, expect, it } from '@jest/globals';
import type { Choice } from '../../../../src/jobspec/format/parsed-spec.ts';
import { readAll, readStep, stepWith, told } from './read.ts';

const STEP = stepWith(
  'command: python train.py {parameters}',
  'parameters:',
  '  - { name: epochs, type: integer, default: 5, max: 100 }',
  '  - { name: lr, type: float, optional: true }',
  '  - { name: fast, type: flag }',
  '  - { name: layers, multiple: separate, optional: true }',
);

function task(fields: string): string {
  return `${STEP}\n- task: { name: Big sweep, step: Train model, ${fields} }\n`;
}

function strategyOf(text: string, choice: Choice = {}) {
  const { strategy } = readStep(text, { job: 'Big sweep', toRun: true, ...choice });
  if (strategy === undefined) throw new Error('no strategy');
  return strategy;
}

function commandsOf(text: string, choice: Choice = {}): readonly string[] {
  return strategyOf(text, choice).legs.map(({ command }) =>
    command?.kind === 'arguments' ? (command.words.at(-1)?.join('') ?? '') : '',
  );
}

const parameter = (name: string, style: string, rules: string) =>
  `{ name: ${name}, style: ${style}, rules: { ${rules} } }`;
const EPOCHS = parameter('epochs', 'multiple', 'items: [5, 10]');
const LR = parameter('lr', 'logspace', 'min: -2, max: -1, count: 2');

describe('a task', () => {
  it('is a matrix, each run of which has the command of its own values', () => {
    const text = task(`parameters: [${EPOCHS}, ${LR}], maximum-queued-executions: 3`);
    const { legs, maxParallel, failFast } = strategyOf(text);

    expect({ maxParallel, failFast }).toEqual({ maxParallel: 3, failFast: false });
    expect(commandsOf(text)).toEqual([
      'python train.py --epochs=5 --lr=0.01',
      'python train.py --epochs=5 --lr=0.1',
      'python train.py --epochs=10 --lr=0.01',
      'python train.py --epochs=10 --lr=0.1',
    ]);
    expect(legs[1]?.label).toBe('epochs=5, lr=0.1');
    expect(legs[1]?.params.get('lr')).toEqual({ type: 'float', text: '0.1' });
  });

  it.each([
    [parameter('lr', 'single', 'value: 0.50'), ['0.5']],
    [parameter('lr', 'multiple', 'items: [1, 0.00001]'), ['1', '1e-05']],
    [parameter('lr', 'linear', 'start: 25, end: 25, step: 1'), ['25']],
    [parameter('lr', 'linear', 'start: 0, end: 0.3, step: 0.1'), ['0.0', '0.1', '0.2', '0.3']],
    [parameter('lr', 'logspace', 'start: 0, end: 3, count: 4, base: 2'), ['1.0', '2.0', '4.0', '8.0']],
    [parameter('lr', 'logspace', 'start: 0, end: 1, count: 3, integerify: true'), ['1', '3', '10']],
    ['{ name: lr, rules: { items: [1, 2] } }', ['1', '2']],
  ])('has the values of %s', (written, values) => {
    expect(commandsOf(task(`parameters: [${written}]`))).toEqual(
      values.map((value) => `python train.py --epochs=5 --lr=${value}`),
    );
  });

  it('draws the same numbers each time, and others by another seed', () => {
    const text = (seed: number) =>
      task(`parameters: [${parameter('lr', 'random', `min: 1, max: 2, count: 3, seed: ${seed}`)}]`);
    const numbers = strategyOf(text(1)).legs.map(({ values }) => Number(values.get('lr')));

    expect(new Set(numbers).size).toBe(3);
    expect(numbers.every((number) => number >= 1 && number < 2)).toBe(true);
    expect(commandsOf(text(1))).toEqual(commandsOf(text(1)));
    expect(commandsOf(text(2))).not.toEqual(commandsOf(text(1)));
  });

  it('of a random search is so many of its combinations', () => {
    const text = task(
      `type: RANDOM-SEARCH, execution-count: 3, parameters: [${EPOCHS}, ${parameter('lr', 'linear', 'start: 1, end: 9')}]`,
    );

    expect(new Set(commandsOf(text)).size).toBe(3);
  });

  it('of a manual search is its sets, each with the defaults of what it does not name', () => {
    const text = task(
      'type: manual_search, parameter-sets: [{ lr: 0.1 }, { epochs: 9, lr: 1e-3, fast: true, layers: [a b, 2] }]',
    );

    expect(commandsOf(text)).toEqual([
      'python train.py --epochs=5 --lr=0.1',
      "python train.py --epochs=9 --lr=1e-3 --fast '--layers=a b,2'",
    ]);
  });

  it('stops with the first failure when it says so', () => {
    expect(strategyOf(task(`on-child-error: stop-all-and-error, parameters: [${LR}]`)).failFast).toBe(true);
  });

  it('is fixed by a value of the caller', () => {
    const text = task(`parameters: [${EPOCHS}, ${LR}]`);
    const params = new Map([['epochs', '10']]);

    expect(commandsOf(text, { params })).toEqual([
      'python train.py --epochs=10 --lr=0.01',
      'python train.py --epochs=10 --lr=0.1',
    ]);
    expect(commandsOf(text, { overrides: new Map([['jobs.big-sweep.params.lr', '0.1']]) })).toHaveLength(2);
  });

  it('is asked for by its name or that of its job, and is none of the jobs of the file', () => {
    const text = task(`parameters: [${LR}]`);

    expect(readAll(text, { job: 'all' }).jobs.map(({ name }) => name)).toEqual(['train-model']);
    expect(readStep(text, { job: 'big-sweep' }).name).toBe('big-sweep');
    expect(readStep(text, { toRun: true, params: new Map([['lr', '1']]) }).strategy).toBeUndefined();
  });

  it('that is called as a step leaves the name to the step', () => {
    const text = `${STEP}\n- task: { name: Train model, step: Train model, parameters: [${LR}] }\n`;

    expect(readStep(text, { job: 'Train model' }).strategy).toBeUndefined();
    expect(readStep(text, { job: 'train-model-2' }).strategy?.legs).toHaveLength(2);
    expect(told(text)).toEqual(['10:9 notice the task "Train model" is 2 runs of the step "Train model"']);
  });

  it('is told what its values break, at its place', () => {
    const text = task(
      `parameters: [${parameter('epochs', 'multiple', 'items: [5, 101]')}, ${parameter('rate', 'single', 'value: 1')}, ${LR}]`,
    );

    expect(told(text, { job: 'Big sweep', toRun: true })).toEqual([
      '10:9 error unknown param "rate"',
      '10:9 error params "epochs": "101" is above the maximum, 100',
    ]);
  });

  it.each([
    ['type: bayesian_tpe, parameters: []', 'it chooses runs by the results of others'],
    [
      'type: distributed, execution-count: 4',
      'its runs find each other by a file of Valohai, which is not written here',
    ],
    ['type: other, parameters: []', 'the type "other" is not known here'],
    ['parameters: []', 'it names no values'],
    ['type: random_search, parameters: []', 'it does not say how many runs: "execution-count"'],
    [
      `parameters: [${parameter('lr', 'linear', 'start: 1, end: 1000')}]`,
      'it has 1000 runs, and a matrix may have at most 256',
    ],
    [
      `parameters: [${parameter('lr', 'linear', 'start: 1')}]`,
      'of the parameter "lr", its values need "start", "end" and "step"',
    ],
    [
      `parameters: [${parameter('lr', 'random', 'min: 1, max: 2, count: 3, distribution: normal')}]`,
      'of the parameter "lr", the distribution "normal" is not known here',
    ],
  ])('with %s is said not to be run as a whole', (fields, why) => {
    expect(told(task(fields))).toEqual([
      `10:9 notice the task "Big sweep" is not run as a whole, for ${why}: its step is the job "train-model"`,
    ]);
  });
});
