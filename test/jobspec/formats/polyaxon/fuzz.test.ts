// biome-ignore-all lint/suspicious/noTemplateCurlyInString: other placeholders are among the words
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { type ReadingRules, STRICT } from '../../../../src/inputs/reading.ts';
import { anyTree } from '../../any-yaml.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { illTold } from '../../ill-told.ts';
import { findingsOf } from '../../read.ts';
import { readFile } from './read.ts';

const MOST_MS = 10_000;

/** Every other file is read as Polyaxon read it. */
function readingOf(text: string): ReadingRules {
  return text.length % 2 === 0 ? STRICT : { strict: false, undefinedNames: 'empty' };
}

/** Whatever is in the file, it is a job, or findings with a place inside the file, and soon. */
function check(text: string): void {
  const start = performance.now();
  const findings = findingsOf(() => readFile(text, { overrides: new Map([['name', 'x']]) }, readingOf(text)));
  const time = performance.now() - start;

  expect([illTold(findings, text, /^polyaxonfile\.yml$/), time < MOST_MS]).toEqual([[], true]);
}

const KEYS = [
  ...[
    'version',
    'kind',
    'name',
    'description',
    'tags',
    'logging',
    'inputs',
    'outputs',
    'declarations',
    'params',
  ],
  ...[
    'environment',
    'backend',
    'framework',
    'hptuning',
    'settings',
    'build',
    'run',
    'image',
    'dockerfile',
    'ref',
  ],
  ...['context', 'build_steps', 'steps', 'env_vars', 'lang_env', 'commit', 'branch', 'nocache', 'cmd', 'git'],
  ...[
    'resources',
    'cpu',
    'memory',
    'gpu',
    'tpu',
    'requests',
    'limits',
    'node_selector',
    'secret_refs',
    'level',
  ],
  ...[
    'matrix',
    'values',
    'range',
    'linspace',
    'for',
    'if',
    'do',
    'type',
    'default',
    'is_flag',
    'options',
    'lr',
  ],
  ...['<<', 'constructor', 'toString', 'x'],
];
const WORDS = [
  ...[
    '1',
    '1.1',
    'experiment',
    'job',
    'build',
    'group',
    'notebook',
    'python:3',
    'a b',
    '{{ lr }}',
    '{{ x|length }}',
  ],
  ...[
    '{{ lr * 2 }}',
    '{% if x %}',
    '{{',
    '${{ x }}',
    '{{ x }}{{ x }}',
    '[1, 2]',
    "{'a': 1}",
    '1e-3',
    '010',
    '1:30',
  ],
  ...['yes', '../x', 'a/b', '', '0:1:5', 'int', 'INFO', 'native', 'kubeflow', 'a.py \\\n  --x'],
];

const tree = anyTree({ keys: KEYS, words: WORDS, maxKeys: 6 });
const file = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...KEYS), tree, { maxKeys: 8 }),
    fc.constantFrom(
      {},
      { version: 1, kind: 'experiment' },
      { version: 1, kind: 'group' },
      { version: 1, kind: 'build' },
    ),
    fc.constantFrom({}, { build: { image: 'a' }, run: { cmd: 'x {{ lr }} {{ x }}' } }),
  )
  .map(([random, head, rest]) => stringify({ ...random, ...head, ...rest }));

describe('whatever is in a polyaxonfile', () => {
  it('as text, is a job or findings', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), {
      numRuns: fuzzRuns(300, 3),
    });
  });

  it('as YAML of its keys, is a job or findings', () => {
    fc.assert(fc.property(file, check), { numRuns: fuzzRuns(300, 3) });
  });

  it('as an expression, is a value or a finding', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b',
        '1',
        '2.5',
        "'t'",
        '[',
        ']',
        '(',
        ')',
        '.',
        ',',
        '|',
        '+',
        '-',
        '*',
        '/',
        '//',
        '%',
        '~',
        '==',
        '<',
      ],
      ...[
        'in',
        'not',
        'and',
        'or',
        'if',
        'else',
        'is',
        'defined',
        'length',
        'default',
        'join',
        'replace',
        ' ',
        '{{',
        '}}',
      ],
    );
    const head = 'version: 1\nkind: job\nbuild: { image: a }\nparams: { a: [1, b], b: "{{ a }}" }\n';
    const expression = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(' '));

    fc.assert(
      fc.property(expression, (text) => check(`${head}run: { cmd: ${JSON.stringify(`x {{ ${text} }}`)} }`)),
      { numRuns: fuzzRuns(300, 3) },
    );
  });

  it.each([
    ['params that double each other', (i: number) => `  p${i}: "{{ p${i + 1} }}{{ p${i + 1} }}"`],
    ['params that use the next one twice over', (i: number) => `  p${i}: "{{ p${i + 1}|join(p${i + 1}) }}"`],
    ['placeholders without an end', () => '  {{ {{ {{ {{'],
  ])('%s are answered soon', (_name, line) => {
    const lines = Array.from({ length: 60 }, (_, index) => line(index));

    check(
      `version: 1\nkind: job\nbuild: { image: a }\nrun: { cmd: x }\nparams:\n${lines.join('\n')}\n  p60: abcdefgh\n`,
    );
    check(`version: 1\nkind: job\nbuild: { image: a }\nrun:\n  cmd: |\n  ${'{{ '.repeat(20_000)}\n`);
  });
});
