// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub
import { describe, expect, it } from '@jest/globals';
import { parseSpec } from '../../src/jobspec/parse.ts';
import { problemsOf, specFile } from './read.ts';

describe('a slip is answered with the text to write', () => {
  it.each([
    ['env: [A=1, "B=x y", C]', 'write "env: { A: 1, B: x y, C: }"'],
    ['env: [{ name: A, value: "1" }, { name: B, value: "" }]', 'write "env: { A: 1, B: "" }"'],
    ['env: [{ A: 1 }, { B: "a, b" }]', `write "env: { A: 1, B: "a, b" }"`],
    ['env: [{ name: A, valueFrom: x }]', undefined],
    ['gpu: [L4, A10G]', 'write "gpu: { names: [L4, A10G] }"'],
    ['code: [src]', 'write "code: { include: [src] }"'],
    ['image: [a]', 'write "image: a"'],
    ['params: [lr]', 'write "params: { lr: … }", each with its value'],
    ['params: [{ name: lr, default: 1 }]', 'write "params: { lr: 1 }"'],
    ['secrets: A, B', 'write "secrets: [A, B]"'],
    ['image: { packages: six rich }', 'write "packages: [six, rich]"'],
    ['image: { packages: "numpy>=1, <2" }', 'write "packages: ["numpy>=1, <2"]"'],
    ['mounts: /a:/b', 'write "mounts: [{ from: /a, to: /b }]"'],
    ['params: [lr=0.1]', 'write "params: { lr: 0.1 }"'],
    ['command: python train.py --lr "0 1"', 'write "command: [python, train.py, --lr, 0 1]", or "run: '],
    ['command: a && b', 'write "run: a && b", which a shell reads'],
    ['outputs: "a,b/"', 'write "outputs: ["a,b/"]"'],
    ['gpu: yes', 'write how many: "gpu: 1"'],
    ['gpu: true', 'write how many: "gpu: 1"'],
    ['gpu: no', 'write "gpu: none", or leave it out'],
    ['gpu: all', 'of which the job gets as many as are free: "gpu: 1..8"'],
    ['gpu: all:24GB', 'of which the job gets as many as are free: "gpu: 1..8"'],
    ['run: ""', 'write, for example: run: python train.py'],
    ['run: ["", " "]', 'write, for example: run: python train.py'],
    ['command: [""]', 'write, for example: run: python train.py'],
    ['', 'write, for example: run: python train.py'],
    ['# nothing yet\n', 'write, for example: run: python train.py'],
  ])('%j', (text, hint) => {
    const problems = problemsOf(text);

    expect(problems).toHaveLength(1);
    if (hint === undefined) expect(problems[0]?.hint).toBeUndefined();
    else expect(problems[0]?.hint).toContain(hint);
  });
});

describe('what is read as it stands, and was perhaps meant otherwise', () => {
  it.each([
    [
      'run: echo ${{ github.sha }}',
      '1:11 warning run: "${{ github.sha }}" is an expression of GitHub, and nothing evaluates it in a spec',
      'with: params: sha=${{ github.sha }}), and write {{ sha }} here',
    ],
    [
      'env: { HF: "${{ secrets.HF_TOKEN }}" }',
      '1:13 warning env.HF: "${{ secrets.HF_TOKEN }}" is an expression of GitHub, and nothing evaluates it in a spec',
      'write "secrets: [HF_TOKEN]" here',
    ],
    [
      'runs-on: ${{ fromJSON(inputs.runner) }}',
      '1:10 warning runs-on: "${{ fromJSON(inputs.runner) }}" is an expression of GitHub, and nothing evaluates it in a spec',
      'write the value itself',
    ],
    [
      'run: close #1 now',
      '1:6 warning run: to YAML the text ends before "#1 now", a comment',
      'write "close #1 now" in quotes',
    ],
    [
      'timeout: 90',
      '1:10 notice timeout: "90" without a unit is 90 seconds',
      'write 90s, or 90m for minutes',
    ],
  ])('%s', (text, line, hint) => {
    const { findings } = parseSpec(specFile(text));

    expect(
      findings.map(
        ({ level, location, message }) => `${location?.line}:${location?.column} ${level} ${message}`,
      ),
    ).toEqual([line]);
    expect(findings[0]?.hint).toContain(hint);
  });

  it.each([
    'run: make # all',
    'run: "close #1"',
    'run: a#1',
    'gpu: 1 #one',
    'timeout: 90s',
    'run: echo ${HOME}',
  ])('is not %s', (text) => {
    expect(parseSpec(specFile(text)).findings).toEqual([]);
  });
});
