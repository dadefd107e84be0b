import { describe, expect, it } from '@jest/globals';
import { STRICT } from '../../../../src/inputs/reading.ts';
import { readAll, readStep, stepWith, textOf, told } from './read.ts';

describe('a flag', () => {
  it.each([
    ['default: true', 'a --fast'],
    ['default: false', 'a'],
    ['default: 1', 'a --fast'],
    ['default: false, pass-false-as: --slow', 'a --slow'],
    ['default: true, pass-true-as: --quick', 'a --quick'],
    ['default: true, pass-as: -f', 'a -f'],
    ['pass-false-as: --slow', 'a'],
  ])('with %s is passed by its default', (fields, command) => {
    const text = stepWith('command: a {parameters}', `parameters: [{ name: fast, type: flag, ${fields} }]`);

    expect(textOf(readStep(text))).toBe(command);
    expect(told(text)).toEqual([]);
  });

  it('is what the caller says, whatever its default', () => {
    const text = stepWith(
      'command: a {parameters}',
      'parameters: [{ name: fast, type: flag, default: true }]',
    );

    expect(textOf(readStep(text, { params: new Map([['fast', 'false']]) }))).toBe('a');
  });
});

describe('a step as people have it', () => {
  it('has no file for an input whose address is empty', () => {
    const text = stepWith('inputs: [{ name: data, default: "", optional: true }]');

    expect(told(text)).toEqual([]);
    expect(readStep(text).inputs).toBeUndefined();
  });

  it('is told that a network of Docker is not chosen by a variable', () => {
    expect(told(stepWith('environment-variables: [{ name: VH_DOCKER_NETWORK, default: host }]'))).toEqual([
      '5:29 warning "VH_DOCKER_NETWORK" chooses a network for Valohai\'s worker, and is a mere variable here',
    ]);
  });

  it('is planned without a parameter that has no value, which is said', () => {
    expect(told(stepWith('parameters: [{ name: lr, type: float }]'))).toEqual([
      '5:18 notice the parameter "lr" has no value',
    ]);
  });

  it('may name a key twice where unknown keys are allowed', () => {
    const text = stepWith('description: a', 'description: b');

    expect(told(text)).toEqual(['6:5 error "description" is defined twice, first in line 5']);
    expect(readAll(text, {}, { ...STRICT, strict: false }).jobs).toHaveLength(1);
  });
});

describe('a node of a pipeline', () => {
  const pipeline = (override: string) =>
    `${stepWith()}\n- pipeline: { name: p, nodes: [{ name: n, type: execution, step: Train model, override: ${override} }], edges: [] }\n`;
  const hints = (override: string) =>
    readAll(pipeline(override)).findings.flatMap(({ hint, message }) =>
      message.includes('overrides') ? [hint] : [],
    );

  it('that overrides nothing is not told so', () => {
    expect(hints('{}')).toEqual([]);
  });

  it('is told how each thing is given', () => {
    expect(hints('{ inputs: [{ name: data }], image: a:1 }')).toEqual([
      'when the job is run, give --override image=…, --input <name>=…',
    ]);
  });
});
