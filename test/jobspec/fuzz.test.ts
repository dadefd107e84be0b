// biome-ignore-all lint/suspicious/noTemplateCurlyInString: GitHub's placeholders are among the words
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { anyTree } from './any-yaml.ts';
import { fuzzRuns } from './fuzz-runs.ts';
import { illTold } from './ill-told.ts';
import { findingsOf, specFile } from './read.ts';

/** Reads the text; whatever comes of it must be jobs, or findings with a place inside the file. */
function check(text: string): void {
  const findings = findingsOf(() =>
    selectJobs(parseSpec(specFile(text)), { repositoryName: 'acme', job: 'all' }),
  );

  expect(illTold(findings, text, /^jobimg\.yml$/)).toEqual([]);
}

const KEYS = [
  ...[
    'version',
    'name',
    'run',
    'command',
    'shell',
    'params',
    'strategy',
    'env',
    'secrets',
    'image',
    'code',
    'gpu',
    'cpu',
  ],
  ...[
    'memory',
    'disk',
    'shm',
    'nodes',
    'timeout',
    'queue-timeout',
    'stop-grace',
    'retry',
    'checkpoint',
    'inputs',
    'mounts',
  ],
  ...[
    'caches',
    'outputs',
    'metrics',
    'runs-on',
    'backend',
    'preflight',
    'jobs',
    'base',
    'dockerfile',
    'target',
    'context',
  ],
  ...[
    'args',
    'python',
    'requirements',
    'packages',
    'conda',
    'apt',
    'build',
    'setup',
    'install',
    'index',
    'git',
    'ssh',
    'user',
  ],
  ...[
    'workdir',
    'cuda',
    'devel',
    'platforms',
    'lang',
    'labels',
    'compression',
    'lock',
    'count',
    'names',
    'docker',
    'paths',
  ],
  ...['stdout', 'type', 'default', 'choices', 'min', 'max', 'matrix', 'constructor', 'toString', 'x'],
];
const WORDS = [
  'auto',
  'none',
  'train',
  '24GB',
  'A100:2',
  '2h',
  '{{ x }}',
  '{{ env.A }}',
  '../x',
  'a/b',
  '/x',
  'true',
  '1',
  '1e-4',
  '',
  'bash',
  'docker',
  'python:3',
  '${{ x }}',
];

const tree = anyTree({ keys: KEYS, words: WORDS, maxKeys: 6 });
const spec = fc.dictionary(fc.constantFrom(...KEYS), tree, { maxKeys: 10 });

describe('whatever is in the file', () => {
  it('as text, is jobs or findings', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), {
      numRuns: fuzzRuns(300, 3),
    });
  });

  it('as pieces of YAML, is jobs or findings', () => {
    const piece = fc.constantFrom(
      'a',
      'run',
      'image',
      'jobs',
      ':',
      ': ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '\n',
      '\n  ',
      '"',
      "'",
      '|',
      '>',
      '#',
      '&a ',
      '*a',
      '!!str ',
      '? ',
      '{{ x }}',
      '---',
      '%',
      '\t',
      '1',
      '~',
      '<<',
    );

    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        check,
      ),
      { numRuns: fuzzRuns(300, 3) },
    );
  });

  it('as YAML of our keys, is jobs or findings', () => {
    fc.assert(
      fc.property(
        spec.map((value) => stringify(value)),
        check,
      ),
      { numRuns: fuzzRuns(300, 3) },
    );
  });
});

it('does not ask a value what it calls its constructor', () => {
  check('version: { constructor: { name: {} } }');
});

it('reads the same whatever the order of keys', () => {
  const lines = [
    'run: python {{ x }}',
    'params: { x: 1 }',
    'env: { A: b }',
    'gpu: 1',
    'image: { python: 3.10, apt: [a1, b2] }',
    'timeout: 2h',
  ];
  const read = (text: string) =>
    selectJobs(parseSpec(specFile(text)), {}).map(({ origins, command, ...job }) => job);
  const expected = read(lines.join('\n')).map(({ image, ...job }) => ({ ...job, image }));

  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      expect(read(shuffled.join('\n'))).toEqual(expected);
    }),
  );
});
