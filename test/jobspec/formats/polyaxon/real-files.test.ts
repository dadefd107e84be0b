import { describe, expect, it } from '@jest/globals';
import { STRICT } from '../../../../src/inputs/reading.ts';
import { BUILD, commandOf, HEAD, problemsOf, readFile, remarksOf } from './read.ts';

const LENIENT = { ...STRICT, strict: false };

function group(lr: string, rest = ''): string {
  return `version: 1\nkind: group\nbuild: { image: a }\nhptuning: { matrix: { lr: ${lr} ${rest}} }\nrun: { cmd: "x {{ lr }}" }\n`;
}

describe('the numbers of a matrix', () => {
  const TAKES = '"range" takes start, stop and step, the start below the stop';
  it.each([
    ['range: [3, 4, 5, 6]', `did you mean "values: [3, 4, 5, 6]"? ${TAKES}`],
    ['range: [3, 4]', `did you mean "values: [3, 4]"? ${TAKES}`],
    ['range: "1:5"', TAKES],
    ['range: "5:1:-1"', TAKES],
    ['range: "1:5:0"', TAKES],
    ['range: "1::2"', TAKES],
    ['range: { start: 1, stop: 5 }', TAKES],
    ['range: { stop: 5, step: 1, by: 1 }', TAKES],
    ['linspace: "1:2:3:4"', '"linspace" takes start, stop and num, the start below the stop'],
    [
      'geomspace: [8, 1, 4]',
      'did you mean "values: [8, 1, 4]"? "geomspace" takes start, stop and num, the start below the stop',
    ],
  ])('are refused where Polyaxon refuses them: %s', (written, hint) => {
    expect(problemsOf(group(`{ ${written} }`))).toEqual([
      `4:27 matrix.lr: the values cannot be listed > ${hint}`,
    ]);
  });

  it('may have a base, which is the one number that can be left out', () => {
    const legs = readFile(group('{ logspace: { start: 1, stop: 3, num: 3, base: 2 } }')).job.strategy?.legs;

    expect(legs?.map(({ label }) => label)).toEqual(['lr=2.0', 'lr=4.0', 'lr=8.0']);
  });

  it('are counted with what the caller gives', () => {
    const text = group('{ range: "0:1000:1" }', ', b: { values: [1, 2] } ');

    expect(readFile(text, { params: new Map([['lr', '7']]) }).job.strategy?.legs).toHaveLength(2);
  });
});

describe('a file as people have it', () => {
  it.each([
    [
      'no kind',
      'version: 1\nbuild: { image: a }\nrun: { cmd: x }\n',
      ['1:1 "kind" is missing > write "kind: experiment"'],
    ],
    [
      'the project of an older version',
      `${BUILD}project: { name: mnist }\nrun: { cmd: x }\n`,
      ['4:1 unknown key "project" > remove it: the repository is the project'],
    ],
    [
      'the matrix of an older version',
      'version: 1\nkind: group\nmatrix: { lr: { values: [1] } }\nrun: { image: a, cmd: x }\n',
      [
        '1:1 a group has no "hptuning.matrix" > write, for example: hptuning: { matrix: { lr: { values: [0.1, 0.2] } } }',
        '3:1 unknown key "matrix" > write it below "hptuning"',
      ],
    ],
    [
      'a notebook',
      'version: 1\nkind: notebook\nbuild: { image: a }\n',
      [
        '2:7 kind: "notebook" is not a single run > a notebook is a service; for a shell in its image write "kind: job", add "cmd: bash" below "run", and use `jobimg shell`',
      ],
    ],
    [
      'the outputs of other jobs',
      `${BUILD}run: { cmd: "x {{ jobs.1.outputs.x }}" }\n`,
      [
        '4:16 "{{ jobs.1.outputs.x }}": it is of another run of Polyaxon, which is not known here > name a param in its place, params: { x: … }, and give its value with --param x=…',
      ],
    ],
    [
      'a mistyped GPU',
      `${BUILD}environment: { resources: { gpu: { request: 1, limits: 1 } } }\nrun: { cmd: x }\n`,
      [
        '4:36 unknown key "request" in "environment.resources.gpu" > did you mean "requests"? "strict: false" (--no-strict) passes over it',
      ],
    ],
  ])('is answered: %s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('may use what another run left when the caller gives its value', () => {
    const text = `${BUILD}params: { data: "{{ jobs.1.outputs.data }}" }\nrun: { cmd: "x {{ data }}" }\n`;

    expect(readFile(text, { params: new Map([['data', '/data']]) }).job.params.get('data')?.text).toBe(
      '/data',
    );
    expect(problemsOf(text)).toHaveLength(1);
  });

  it('may close a bracket in the first column, as PyYAML reads it', () => {
    const text = `${BUILD}params: {\n  lr: 1,\n}\nrun: { cmd: "x {{ lr }}" }\n`;

    expect(remarksOf(text)).toEqual([]);
  });

  it.each(['', '  ', '      '])('may close a bracket behind %j, left of its key', (blanks) => {
    const text = `${BUILD}params:\n    rates: {\n      a: [\n        1,\n${blanks}]}\n    code: |\n      ]\nrun: { cmd: "x {{ code }}" }\n`;

    expect(remarksOf(text)).toEqual([]);
    expect(readFile(text).job.params.get('code')?.text).toBe(']\n');
  });

  it.each(['build_steps', 'env_vars', 'lang_env', 'context', 'nocache', 'dockerfile', 'branch'])(
    'may leave %s without a value, as when its lines are commented out',
    (key) => {
      const build = `build:\n  image: python:3.12-slim\n  ${key}:\n  # - a\n`;

      expect(remarksOf(`${HEAD}${build}run: { cmd: x }\n`)).toEqual([]);
    },
  );

  it.each([
    'environment:',
    'environment: { resources: { gpu: } }',
    'logging: { level: }',
    'inputs:',
    'params:',
  ])('may leave %s without a value', (line) => {
    expect(remarksOf(`${BUILD}${line}\nrun: { cmd: x }\n`)).toEqual([]);
  });

  it('needs a value of its command, and keeps a param that is None', () => {
    expect(problemsOf(`${BUILD}run: { cmd: }\n`)[0]).toContain('"run.cmd" has no value');
    expect(commandOf(`${BUILD}params: { a: }\nrun: { cmd: "x {{ a }}" }\n`)).toBe('x None');
  });

  it('may name a key twice where unknown keys are allowed: the last one counts', () => {
    const text = `${BUILD}params: { lr: 1 }\nparams: { lr: 2 }\nrun: { cmd: "x {{ lr }}" }\n`;

    expect(() => readFile(text, {}, STRICT)).toThrow('"params" is defined twice');
    expect(problemsOf(text)[0]).toContain('"strict: false" (--no-strict) takes the last one');
    expect(readFile(text, {}, LENIENT).job.params.get('lr')?.text).toBe('2');
    expect(readFile(text, {}, LENIENT).findings.map(({ message }) => message)).toEqual([
      '"params" is defined twice, first in line 4, and the last one is used',
    ]);
  });

  it('is planned without its required inputs, which is said', () => {
    const text = `${BUILD}inputs: [{ name: lr, type: float }]\nrun: { cmd: "x {{ lr }}" }\n`;

    expect(remarksOf(text)).toEqual([
      '4:10 the input "lr" has no value > give it with the input "params" (--param lr=…), or add a default and "is_optional: true"',
    ]);
  });
});
