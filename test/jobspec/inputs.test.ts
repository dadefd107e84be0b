import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../src/errors.ts';
import { parseSpec, selectWithFindings } from '../../src/jobspec/parse.ts';
import { fileNameOf, parseInputSource } from '../../src/jobspec/values/input-source.ts';
import { linesOf, problemsOf, readJob, specFile } from './read.ts';

const HASH = 'a'.repeat(64);

describe('inputs of a job', () => {
  it('are addresses and paths of the repository by name', () => {
    const { inputs } = readJob(
      'run: x\ninputs: { data: "https://example.com/sets/train%20set.csv?token=1#part", labels: labels/all.json }',
    );

    expect(inputs?.map(({ location, ...input }) => ({ ...input, line: location?.line }))).toEqual([
      {
        name: 'data',
        from: { url: 'https://example.com/sets/train%20set.csv?token=1' },
        sha256: undefined,
        folder: '/inputs/data',
        file: 'train set.csv',
        line: 2,
      },
      {
        name: 'labels',
        from: { path: 'labels/all.json' },
        sha256: undefined,
        folder: '/inputs/labels',
        file: 'all.json',
        line: 2,
      },
    ]);
  });

  it('are a list where a hash or a path is said', () => {
    const { inputs } = readJob(
      `run: x\ninputs: [{ name: data, from: https://example.com/a, sha256: ${HASH}, path: sets/b.csv }]`,
    );

    expect(inputs).toMatchObject([{ folder: '/inputs/data', file: 'sets/b.csv', sha256: HASH }]);
  });

  it.each([
    ['inputs: {}', undefined],
    ['inputs: []', undefined],
  ])('may be none: %s', (line, expected) => {
    expect(readJob(`run: x\n${line}`).inputs).toBe(expected);
  });

  it.each([
    ['inputs: { data: "s3://bucket/key" }', '2:17 inputs.data: "s3://" is not fetched'],
    ['inputs: { data: "gs://bucket/key" }', '2:17 inputs.data: "gs://" is not fetched'],
    ['inputs: { data: "hf://datasets/a/b" }', '2:17 inputs.data: "hf://" is not fetched'],
    ['inputs: { data: "datum://0123" }', '2:17 inputs.data: "datum://" is not fetched'],
    ['inputs: { data: "ftp://x/y" }', '2:17 inputs.data: "ftp://" is not fetched'],
    ['inputs: { data: ../x }', '2:17 inputs.data: the path "../x" leaves the repository'],
    ['inputs: { data: /etc/passwd }', '2:17 inputs.data: the path "/etc/passwd" is absolute'],
    ['inputs: { data: "https://me:secret@x/y" }', '2:17 inputs.data: an address with a password in it'],
    ['inputs: { data: "https://" }', '2:17 inputs.data: "https://" is not an address'],
    [
      'inputs: [{ name: d, from: a/x }, { name: d, from: b/x }]',
      '2:34 two files of the input "d" would be /inputs/d/x',
    ],
    [
      'inputs: [{ name: d, from: a, path: ../b }]',
      '2:36 inputs.0.path: the path "../b" leaves the repository',
    ],
  ])('are refused: %s', (line, expected) => {
    const problems = problemsOf(`run: x\n${line}`);

    expect(linesOf(problems)).toEqual([expected]);
    expect(problems[0]?.hint).toBeDefined();
  });

  it('are warned of where anybody could change them on their way', () => {
    const { findings } = selectWithFindings(
      parseSpec(
        specFile(
          `run: x\ninputs: [{ name: a, from: http://x/a }, { name: b, from: http://x/b, sha256: ${HASH} }]`,
        ),
      ),
      { repositoryName: 'acme' },
    );

    expect(linesOf(findings)).toEqual([
      '2:10 the input "a" comes without encryption, so anybody between can change it',
    ]);
  });

  it.each([
    ['a mapping', 'inputs: { data: https://x/a, more: https://x/m }'],
    [
      'a list',
      `inputs: [{ name: data, from: https://x/a, sha256: ${HASH} }, { name: more, from: https://x/m }]`,
    ],
  ])('are given for one run, in %s', (_name, line) => {
    const overrides = new Map([['inputs.data', 'https://y/b.csv']]);

    const { inputs = [] } = readJob(`run: x\n${line}`, { overrides });

    const shown = inputs.map(({ name, from, sha256 }) => [
      name,
      'url' in from ? from.url : from.path,
      sha256,
    ]);
    expect(new Map(shown.map(([name, ...rest]) => [name, rest]))).toEqual(
      new Map([
        ['data', ['https://y/b.csv', undefined]],
        ['more', ['https://x/m', undefined]],
      ]),
    );
  });
});

describe('whatever an input is called', () => {
  it('is a source with a name of one part, or an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string({ maxLength: 60 })),
        (text) => {
          try {
            const name = fileNameOf(parseInputSource(text), 'data');

            expect(name).not.toMatch(/[\n\r\0/]|^\.{0,2}$/);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
    );
  });
});

describe('mounts of a job', () => {
  it('are folders of the machine', () => {
    const { mounts } = readJob(
      'run: x\nmounts: [{ from: /srv/data, to: /data, read-only: true }, { from: /scratch, to: /tmp/x }]',
    );

    expect(mounts?.map(({ location, ...mount }) => mount)).toEqual([
      { from: '/srv/data', to: '/data', readOnly: true },
      { from: '/scratch', to: '/tmp/x', readOnly: false },
    ]);
  });

  it.each([
    ['mounts: [{ from: "pvc:x/..", to: /data }]', '2:18 mounts.0.from: "pvc:x/.." is not a claim'],
    ['mounts: [{ from: "pvc:X", to: /data }]', '2:18 mounts.0.from: "pvc:X" is not a claim'],
    ['mounts: [{ from: data, to: /data }]', '2:18 mounts.0.from: "data" is not an absolute path'],
    ['mounts: [{ from: /a/../etc, to: /data }]', '2:18 mounts.0.from: "/a/../etc" is not an absolute path'],
    ['mounts: [{ from: /a, to: / }]', '2:26 mounts.0.to: "/" is not an absolute path in the container'],
    ['mounts: [{ from: /a, to: /proc/1 }]', '2:26 mounts.0.to: nothing can be mounted at "/proc/1"'],
  ])('are refused: %s', (line, expected) => {
    expect(linesOf(problemsOf(`run: x\n${line}`))).toEqual([expected]);
  });
});
