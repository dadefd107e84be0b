import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expandMatrix, type Matrix } from '../../../src/jobspec/params/matrix.ts';
import { parseSpec, selectWithFindings } from '../../../src/jobspec/parse.ts';
import { linesOf, problemsOf, readJob, specFile } from '../read.ts';

type Values = Readonly<Record<string, string>>;

function matrixOf(
  vectors: Readonly<Record<string, readonly string[]>>,
  include: readonly Values[] = [],
  exclude: readonly Values[] = [],
): Matrix<string> {
  const maps = (list: readonly Values[]) => list.map((one) => new Map(Object.entries(one)));
  return { vectors: new Map(Object.entries(vectors)), include: maps(include), exclude: maps(exclude) };
}

function expanded(matrix: Matrix<string>): readonly Values[] {
  return expandMatrix(matrix, (_, one, other) => one === other).map((one) => Object.fromEntries(one));
}

describe('a matrix', () => {
  it('is every combination, of which the first name varies slowest', () => {
    expect(expanded(matrixOf({ version: ['10', '12'], os: ['ubuntu', 'windows'] }))).toEqual([
      { version: '10', os: 'ubuntu' },
      { version: '10', os: 'windows' },
      { version: '12', os: 'ubuntu' },
      { version: '12', os: 'windows' },
    ]);
  });

  it("extends and adds combinations as in GitHub's own example", () => {
    const matrix = matrixOf({ fruit: ['apple', 'pear'], animal: ['cat', 'dog'] }, [
      { color: 'green' },
      { color: 'pink', animal: 'cat' },
      { fruit: 'apple', shape: 'circle' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);

    expect(expanded(matrix)).toEqual([
      { fruit: 'apple', animal: 'cat', color: 'pink', shape: 'circle' },
      { fruit: 'apple', animal: 'dog', color: 'green', shape: 'circle' },
      { fruit: 'pear', animal: 'cat', color: 'pink' },
      { fruit: 'pear', animal: 'dog', color: 'green' },
      { fruit: 'banana' },
      { fruit: 'banana', animal: 'cat' },
    ]);
  });

  it('leaves out what fits a part, before anything is included', () => {
    const matrix = matrixOf(
      { os: ['mac', 'windows'], version: ['12', '14'], environment: ['staging', 'production'] },
      [{ os: 'mac', version: '12', environment: 'production' }],
      [{ os: 'mac', version: '12', environment: 'production' }, { os: 'windows' }],
    );

    expect(expanded(matrix)).toEqual([
      { os: 'mac', version: '12', environment: 'staging' },
      { os: 'mac', version: '14', environment: 'staging' },
      { os: 'mac', version: '14', environment: 'production' },
      { os: 'mac', version: '12', environment: 'production' },
    ]);
  });

  it('of "include" alone is its entries', () => {
    const matrix = matrixOf({}, [{ site: 'production' }, { site: 'staging', fast: 'true' }]);

    expect(expanded(matrix)).toEqual([{ site: 'production' }, { site: 'staging', fast: 'true' }]);
  });

  it('comes out as the documented rules say, written down once more', () => {
    const value = fc.constantFrom('1', '2', '3');
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const entry = fc.dictionary(name, value, { minKeys: 1, maxKeys: 3 });
    const vectors = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
      {
        maxKeys: 3,
      },
    );
    const lists = fc.record({
      vectors,
      include: fc.array(entry, { maxLength: 5 }),
      exclude: fc.array(entry, { maxLength: 3 }),
    });

    fc.assert(
      fc.property(lists, ({ vectors, include, exclude }) => {
        const known = exclude.map((one) =>
          Object.fromEntries(Object.entries(one).filter(([key]) => key in vectors)),
        );
        const parts = known.filter((one) => Object.keys(one).length > 0);

        expect(expanded(matrixOf(vectors, include, parts))).toEqual(naively(vectors, include, parts));
      }),
    );
  });
});

/** GitHub's words, one after the other. */
function naively(
  vectors: Readonly<Record<string, readonly string[]>>,
  include: readonly Values[],
  exclude: readonly Values[],
): readonly Values[] {
  let all: readonly Values[] = Object.keys(vectors).length === 0 ? [] : [{}];
  for (const [key, values] of Object.entries(vectors))
    all = all.flatMap((one) => values.map((value) => ({ ...one, [key]: value })));
  const isLeftOut = (one: Values) =>
    exclude.some((part) => Object.keys(part).every((key) => one[key] === part[key]));
  const originals = all.filter((one) => !isLeftOut(one));
  const results = originals.map((one) => ({ ...one }));
  const created = include.filter((object) => addedTo(originals, results, object) === 0);
  return [...results, ...created];
}

function addedTo(originals: readonly Values[], results: readonly Values[], object: Values): number {
  const overwrites = (original: Values) =>
    Object.keys(object).some((key) => key in original && original[key] !== object[key]);
  const hits = originals
    .map((original, index) => ({ original, index }))
    .filter((one) => !overwrites(one.original));
  for (const { index } of hits) Object.assign(results[index] ?? {}, object);
  return hits.length;
}

const SWEEP = `run: python train.py --lr {{ lr }} --depth {{ depth }}
params: { lr: 0.1, depth: 3, seed: 7 }
strategy:
  matrix: { lr: [1e-4, 0.10], depth: [3, 4] }
`;

const given = (values: Values) => ({ params: new Map(Object.entries(values)) });

function labels(text: string, params: Values = {}): readonly string[] {
  return readJob(text, given(params)).strategy?.legs.map(({ label }) => label) ?? [];
}

describe('a strategy', () => {
  it('is one leg for each combination, with every param and the text that was written', () => {
    const { strategy } = readJob(SWEEP);

    expect(strategy).toMatchObject({ failFast: true, maxParallel: undefined });
    expect(labels(SWEEP)).toEqual([
      'lr=1e-4, depth=3',
      'lr=1e-4, depth=4',
      'lr=0.10, depth=3',
      'lr=0.10, depth=4',
    ]);
    expect(strategy?.legs[0]?.params).toEqual(
      new Map([
        ['lr', { type: 'float', text: '1e-4' }],
        ['depth', { type: 'int', text: '3' }],
        ['seed', { type: 'int', text: '7' }],
      ]),
    );
  });

  it('that asks for nothing is none', () => {
    for (const strategy of ['{}', '{ max-parallel: 2 }', '{ matrix: {} }'])
      expect(readJob(`run: a\nstrategy: ${strategy}`).strategy).toBeUndefined();
  });

  it('declares what only the matrix names, by the type of its values', () => {
    const job = readJob(
      'run: echo {{ a }} {{ b }} {{ c }}\nstrategy: { matrix: { a: [1, 0.5], b: [x, 1], include: [{ c: true }] } }',
    );

    expect(job.strategy?.legs[0]?.params).toEqual(
      new Map([
        ['a', { type: 'float', text: '1' }],
        ['b', { type: 'string', text: 'x' }],
        ['c', { type: 'bool', text: 'true' }],
      ]),
    );
  });

  it('gives a required param its value', () => {
    const text = 'run: echo {{ x }}\nparams: { x: { required: true } }\nstrategy: { matrix: { x: [a] } }';

    expect(readJob(text, { toRun: true }).strategy?.legs).toHaveLength(1);
  });

  it('needs a value for a param in each of its legs', () => {
    const text =
      'run: echo {{ x }}\nparams: { x: { type: int } }\nstrategy: { matrix: { y: [1, 2], include: [{ y: 1, x: 3 }] } }';

    expect(linesOf(problemsOf(text, { toRun: true }))).toEqual(['2:14 the param "x" has no value']);
  });

  it.each([
    [{ lr: '1e-4' }, ['lr=1e-4, depth=3', 'lr=1e-4, depth=4']],
    [{ lr: '0.0001', depth: '4' }, ['lr=0.0001, depth=4']],
    [{ lr: '0.5' }, ['lr=0.5, depth=3', 'lr=0.5, depth=4']],
    [{ lr: '0.5', depth: '9' }, ['lr=0.5, depth=9']],
    [{ seed: '8' }, ['lr=1e-4, depth=3', 'lr=1e-4, depth=4', 'lr=0.10, depth=3', 'lr=0.10, depth=4']],
  ])('of which the caller fixes %j keeps what has it', (params, kept) => {
    expect(labels(SWEEP, params)).toEqual(kept);
  });

  it('keeps the one combination that is named in full, also where another has more', () => {
    const text =
      'run: a\nstrategy: { matrix: { fruit: [apple], include: [{ fruit: banana }, { fruit: banana, animal: cat }] } }';

    expect(labels(text, { fruit: 'banana' })).toEqual(['fruit=banana']);
    expect(labels(text, { fruit: 'banana', animal: 'cat' })).toEqual(['fruit=banana, animal=cat']);
  });

  it('is fixed by an override, too, of a param that only it names', () => {
    const text = 'run: a\nstrategy: { matrix: { x: [1, 2] } }';
    const job = readJob(text, { overrides: new Map([['params.x', '2']]) });

    expect(job.strategy?.legs.map(({ label }) => label)).toEqual(['x=2']);
  });

  it('has labels that differ, and that no value breaks', () => {
    const text = `run: a\nstrategy: { matrix: { x: ["a b", "1, y=2", "${'z'.repeat(60)}", "${'z'.repeat(61)}", a, a] } }`;

    expect(labels(text)).toEqual([
      'x="a b"',
      'x="1, y=2"',
      `x=${'z'.repeat(40)}…`,
      `x=${'z'.repeat(40)}… (2)`,
      'x=a',
      'x=a (2)',
    ]);
  });

  it('has labels that are no command of a runner, and move no terminal', () => {
    const text =
      'run: a\nstrategy: { matrix: { x: ["##[add-mask]sha256", "\\u001b[2J", "\\u009b2J", "\\u202eab"] } }';

    expect(labels(text)).toEqual(['x=# #[add-mask]sha256', 'x="\\u001b[2J"', 'x=""', 'x="ab"']);
  });

  it('warns of names that are nearly declared, and of an exclude that fits nothing', () => {
    const text =
      'run: a {{ depth }}\nparams: { depth: 1 }\nstrategy:\n  matrix:\n    dept: [1, 2]\n    exclude: [{ dept: 3 }]\n';
    const { findings } = selectWithFindings(parseSpec(specFile(text)), { repositoryName: 'acme' });

    expect(linesOf(findings)).toEqual([
      '5:12 strategy.matrix: "dept" is not a declared param, and becomes one',
      '6:23 this entry of "exclude" matches no combination of the matrix',
      '5:11 strategy.matrix: nothing in the job uses "dept"',
    ]);
  });

  it('is told everything that is wrong with it, each at its place', () => {
    const text = `run: a
params:
  lr: { type: float, max: 1 }
  mode: { choices: [fast, slow], default: fast }
strategy:
  max-parallel: 2
  matrix:
    lr: [0.1, 2, x]
    mode: [fast, slwo]
    include: [{ lr: 3 }, { mode: no, extra: 1 }]
`;

    expect(linesOf(problemsOf(text))).toEqual([
      '8:15 params.lr: "2" is above the maximum, 1',
      '8:18 params.lr: "x" is not a number',
      '9:18 params.mode: "slwo" is not one of fast, slow',
      '10:21 params.lr: "3" is above the maximum, 1',
      '10:34 params.mode: "no" is not one of fast, slow',
    ]);
  });

  it.each([
    ['{ x: [] }', '2:26 strategy.matrix.x: the list is empty'],
    ['{ x: [1], exclude: [{ z: 1 }] }', '2:46 strategy.matrix.exclude.0: "z" is not a list of the matrix'],
    ['{ x: [1], include: [{}] }', '2:41 strategy.matrix.include.0 has no value'],
    ['{ x: [1], exclude: [{ x: 1 }] }', '2:21 every combination of the matrix is excluded'],
    ['{ "a b": [1] }', '2:23 strategy.matrix: "a b" is not a name of a param'],
    ['{ x: 1 }', '2:26 strategy.matrix.x: expected a list, found one value'],
    ['{ x: [[1]] }', '2:27 strategy.matrix.x.0: expected one value, found a list'],
    [
      `{ x: [${Array.from({ length: 257 }, (_, index) => index).join(', ')}] }`,
      '2:21 the matrix has 257 combinations, and may have at most 256',
    ],
    [
      `{ ${['a', 'b', 'c'].map((name) => `${name}: [${'1, '.repeat(99)}1]`).join(', ')} }`,
      '2:21 the matrix has 1000000 combinations, and may have at most 256',
    ],
  ])('of %.40s is refused', (matrix, line) => {
    expect(linesOf(problemsOf(`run: a\nstrategy: { matrix: ${matrix} }`))).toEqual([line]);
  });

  it('that would run nothing at a time is refused', () => {
    expect(linesOf(problemsOf('run: a\nstrategy: { max-parallel: 0, matrix: { x: [1] } }'))).toEqual([
      '2:27 strategy.max-parallel: nothing would ever run',
    ]);
  });
});
