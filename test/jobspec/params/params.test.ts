import { describe, expect, it } from '@jest/globals';
import { paramsJson } from '../../../src/jobspec/params/params.ts';
import { linesOf, problemsOf, readJob } from '../read.ts';

const params = (values: Readonly<Record<string, string>>) => ({ params: new Map(Object.entries(values)) });

describe('the type of a param', () => {
  it.each([
    ['1', 'int'],
    ['-1', 'int'],
    ['1e-4', 'float'],
    ['1.0', 'float'],
    ['true', 'bool'],
    ['adam', 'string'],
    ['"1"', 'string'],
    ['0x10', 'string'],
    ['.inf', 'string'],
    ['{ type: float, default: 1 }', 'float'],
    ['{ default: 1 }', 'int'],
    ['{ choices: [a, b], default: a }', 'string'],
    ['{ min: 0, default: 0.5 }', 'float'],
  ])('of %s is %s', (written, type) => {
    expect(readJob(`params: { x: ${written} }`).params.get('x')?.type).toBe(type);
  });
});

describe('a value', () => {
  it.each([
    ['1', '2', 'int', '2'],
    ['1e-4', '3e-5', 'float', '3e-5'],
    ['1.0', '1', 'float', '1'],
    ['true', 'False', 'bool', 'False'],
    ['adam', '3.10', 'string', '3.10'],
    ['adam', '"a \\t b"', 'string', 'a \t b'],
    ['adam', "'it''s'", 'string', "it's"],
    ['adam', 'say "x"', 'string', 'say "x"'],
    ['{ type: int }', '3', 'int', '3'],
    ['{ type: float, choices: [0.1, 0.2], default: 0.1 }', '0.20', 'float', '0.20'],
  ])('for %s given as %s is kept', (written, given, type, text) => {
    const job = readJob(`params: { x: ${written} }`, params({ x: given }));

    expect(job.params).toEqual(new Map([['x', { type, text }]]));
  });

  it.each([
    [
      '1',
      '1.5',
      'params params.x: "1.5" is not a whole number',
      'its type is that of its default; write { type: float, default: 1 } in the spec',
    ],
    ['1.0', 'x', 'params params.x: "x" is not a number', undefined],
    ['true', '1', 'params params.x: "1" is not true or false', undefined],
    ['{ type: int, min: 1 }', '0', 'params params.x: "0" is below the minimum, 1', undefined],
    ['{ type: int, max: 1 }', '2', 'params params.x: "2" is above the maximum, 1', undefined],
    [
      '{ choices: [adam, sgd], default: sgd }',
      'adma',
      'params params.x: "adma" is not one of adam, sgd',
      'did you mean "adam"?',
    ],
  ])('for %s is refused as %s', (written, given, line, hint) => {
    const problems = problemsOf(`params: { x: ${written} }`, params({ x: given }));

    expect(linesOf(problems)).toEqual([line]);
    expect(problems[0]?.hint).toBe(hint);
  });

  it.each([
    ['{ type: int, default: a }', '1:14 params.x: "a" is not a whole number'],
    ['{ min: 2, max: 1 }', '1:14 params.x: min is above max'],
    ['{ type: string, min: 2 }', '1:14 params.x: min and max are for numbers'],
    ['{ required: true, default: 1 }', '1:14 params.x: a required param has no default'],
    ['{ required: false }', '1:14 params.x: a param that need not be given needs a default'],
    ['{ type: number }', '1:22 params.x.type: "number" is not one of string, int, float, bool'],
    ['{ min: a }', '1:21 params.x.min: "a" is not a number'],
  ])('declared as %s is refused', (written, line) => {
    expect(linesOf(problemsOf(`params: { x: ${written} }`))).toEqual([line]);
  });

  it('is refused for a param that there is not', () => {
    const problems = problemsOf('params: { lr: 1 }', params({ lrr: '2' }));

    expect(linesOf(problems)).toEqual(['params unknown param "lrr"']);
    expect(problems[0]?.hint).toBe('did you mean "lr"?');
  });

  it('is refused by its name when what stands in quotes cannot be read', () => {
    const problems = problemsOf('params: { x: a }', params({ x: String.raw`"\q"` }));

    expect(problems).toMatchObject([{ location: { file: 'params', isInput: true } }]);
    expect(problems[0]?.location).not.toHaveProperty('line');
    expect(problems[0]?.message).toMatch(/^params\.x: /);
  });

  it('is asked for where there is none, once the job is to be run', () => {
    const text = 'run: x {{ lr }}\nparams: { lr: { type: float } }';

    expect(problemsOf(text)).toEqual([]);
    expect(linesOf(problemsOf(text, { toRun: true }))).toEqual(['2:15 the param "lr" has no value']);
    expect(problemsOf(text, { toRun: true, ...params({ lr: '1' }) })).toEqual([]);
  });

  it('of several jobs goes to each of them', () => {
    const text = 'params: { lr: 1 }\njobs: { a: { run: x }, b: { run: y } }';

    expect(readJob(text, { job: 'b', ...params({ lr: '5' }) }).params.get('lr')?.text).toBe('5');
  });
});

it('gives the params as JSON, with the digits that were written', () => {
  const { params: read } = readJob(
    'params: { a: 1e-4, b: 3.10, c: "x\\"y", d: True, e: +5, f: 0123, g: .5, h: 12345678901234567890 }',
  );

  const json = paramsJson(read);

  expect(json).toBe(
    '{"a":1e-4,"b":3.10,"c":"x\\"y","d":true,"e":5,"f":123,"g":0.5,"h":12345678901234567890}',
  );
  expect(JSON.parse(json)).toMatchObject({ a: 0.0001, b: 3.1, c: 'x"y', d: true });
});
