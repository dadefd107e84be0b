// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell are among the values
import { describe, expect, it } from '@jest/globals';
import { parseSpec } from '../../src/jobspec/parse.ts';
import { linesOf, problemsOf, specFile } from './read.ts';

describe('a warning', () => {
  it.each([
    [
      'run: [python, train.py, --fast]',
      '1:6 "run" is a list of 3 commands, and "python" is the first',
      'if it is one command write "command: [python, train.py, --fast]"',
    ],
    [
      'image: python',
      '1:8 image: no tag changes from time to time',
      'write a version, or the digest that the log shows',
    ],
    [
      'image: python:latest',
      '1:8 image: the tag "latest" changes from time to time',
      'write a version, or the digest that the log shows',
    ],
    [
      'env: { HF_TOKEN: abc }',
      '1:18 env.HF_TOKEN looks like a secret with its value in the spec',
      'write "secrets: [HF_TOKEN]"',
    ],
    [
      'env: { DATABASE_URL: "postgres://me:s3cret@db.example.com/runs" }',
      '1:22 env.DATABASE_URL is an address with a password, which stands in the spec',
      'write "secrets: [DATABASE_URL]"',
    ],
    [
      'run: python train.py --lr {{ lr }}\nstrategy: { matrix: { lr: [1, 2], depth: [3, 4] } }',
      '2:42 strategy.matrix: nothing in the job uses "depth"',
      'write {{ depth }} where its value belongs; a program that reads it from JOBIMG_PARAMS is known by that word in "run" or "env"',
    ],
  ])('comes of %s', (text, line, hint) => {
    const { findings } = parseSpec(specFile(text));

    expect(linesOf(findings)).toEqual([line]);
    expect(findings[0]).toMatchObject({ level: 'warning', hint });
  });

  it.each([
    'run: [make, make test]',
    'run: [nvidia-smi, ls]',
    'image: python:3.12',
    'env: { HF_TOKEN: }',
    'env: { DATABASE_URL: "postgres://me:${DB_PASSWORD}@db.example.com/runs" }',
    'env: { DATABASE_URL: "postgres://me@db.example.com/runs" }',
    'run: python train.py',
    'run: a {{ lr }}\nenv: { DEPTH: "{{ depth }}" }\nstrategy: { matrix: { lr: [1], depth: [3] } }',
    'run: a {{ lr }}\noutputs: ["out/{{ depth }}/"]\nstrategy: { matrix: { lr: [1], include: [{ depth: 3 }] } }',
    'run: python train.py "$JOBIMG_PARAMS"\nstrategy: { matrix: { lr: [1, 2] } }',
  ])('does not come of %s', (text) => {
    expect(parseSpec(specFile(text)).findings).toEqual([]);
  });
});

it('a text has at most 500 placeholders', () => {
  expect(linesOf(problemsOf(`run: "${'{{ run.id }} '.repeat(501)}"`))).toEqual([
    '1:7 a text has more than 500 placeholders',
  ]);
});
