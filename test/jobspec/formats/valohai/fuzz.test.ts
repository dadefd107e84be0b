import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { UserError } from '../../../../src/errors.ts';
import { STRICT } from '../../../../src/inputs/reading.ts';
import { anyLeaf, anyTree } from '../../any-yaml.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { illTold } from '../../ill-told.ts';
import { readAll } from './read.ts';

/** A slow machine takes a tenth of it; what grows with the square of the text takes many times that. */
const BOUND = 2_000;

function check(text: string, params: ReadonlyMap<string, string> = new Map()): void {
  const start = performance.now();
  const findings = saidOf(text, params);
  const time = performance.now() - start;

  expect([illTold(findings, text, /^(?:valohai\.yaml|params)$/), time < BOUND]).toEqual([[], true]);
}

function saidOf(text: string, params: ReadonlyMap<string, string>) {
  try {
    return readAll(text, { job: 'all', params }, { ...STRICT, strict: text.length % 2 === 0 }).findings;
  } catch (error) {
    if (error instanceof UserError) return error.findings;
    throw error;
  }
}

const KEYS = [
  ...[
    'step',
    'task',
    'pipeline',
    'endpoint',
    'deployment',
    'blueprint',
    'name',
    'image',
    'command',
    'parameters',
  ],
  ...[
    'inputs',
    'outputs',
    'mounts',
    'environment',
    'environment-variables',
    'time-limit',
    'no-output-timeout',
  ],
  ...[
    'resources',
    'cpu',
    'memory',
    'devices',
    'min',
    'max',
    'default',
    'type',
    'multiple',
    'pass-as',
    'choices',
  ],
  ...[
    'pass-true-as',
    'optional',
    'source-path',
    'nodes',
    'edges',
    'override',
    'rules',
    'style',
    'constructor',
    '<<',
  ],
];
const WORDS = [
  ...[
    'flag',
    'integer',
    'float',
    'string',
    'repeat',
    'separate',
    'x',
    'python:3',
    '1h 5m',
    '{params}',
    '{parameter:x}',
  ],
  ...[
    '{parameter-value:x}',
    '{{',
    '}}',
    '#!/bin/sh',
    '--{name}={v}',
    '{v:.2f}',
    'yes',
    '1e-3',
    '0.00001',
    '',
    "'",
    '0x1F',
  ],
];

const leaf = anyLeaf({ words: WORDS });
const tree = anyTree({ keys: KEYS, words: WORDS, maxKeys: 5 });
const text = fc
  .array(fc.constantFrom(...WORDS, ' ', '"', '$', '\n'), { maxLength: 12 })
  .map((all) => all.join(''));
const parameter = fc.record(
  {
    name: fc.constantFrom('x', 'y', 'a.b'),
    type: fc.constantFrom('flag', 'integer', 'float', 'string'),
    default: fc.oneof(leaf, fc.array(leaf, { maxLength: 3 })),
    multiple: fc.constantFrom('none', 'repeat', 'separate'),
    'pass-as': text,
    'pass-false-as': text,
  },
  { requiredKeys: ['name'] },
);
const step = fc.record(
  {
    name: text,
    image: fc.constantFrom('python:3', 'a b', 'auto'),
    command: fc.oneof(text, fc.array(text, { maxLength: 3 })),
    parameters: fc.array(parameter, { maxLength: 3 }),
    'time-limit': leaf,
    resources: tree,
  },
  { requiredKeys: ['name', 'image', 'command', 'parameters'] },
);

describe('whatever is in the file', () => {
  it('as text, is jobs or findings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (written) => check(written)),
      { numRuns: fuzzRuns(300, 3) },
    );
  });

  it('as YAML of our keys, is jobs or findings', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 3 }), (items) => check(stringify(items))),
      { numRuns: fuzzRuns(300, 3) },
    );
  });

  it('as steps, is jobs or findings', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 2 }),
        fc.string({ maxLength: 8 }),
        (steps, value) => check(stringify(steps.map((one) => ({ step: one }))), new Map([['x', value]])),
      ),
      { numRuns: fuzzRuns(300, 3) },
    );
  });

  it('with a constructor of its own, is refused', () => {
    check('- step: { name: a, image: { constructor: { name: {} } }, command: a }');
  });

  it.each([
    ['braces that never end', `command: "${'{'.repeat(60_000)}"`],
    ['braces in pairs', `command: "${'{{}}'.repeat(15_000)}"`],
    [
      'a hundred times all values',
      `command: "${'{params}'.repeat(3_000)}"\n    parameters: [{name: x, default: "${'y'.repeat(30_000)}"}]`,
    ],
    ['digits', `command: a {params}\n    parameters: [{name: x, default: ${'9'.repeat(50_000)}}]`],
    ['spaces', `command: a\n    time-limit: "1h${' '.repeat(50_000)}x"`],
  ])('%s, is read or refused in time', (_, lines) => {
    check(`- step:\n    name: a\n    image: a:1\n    ${lines}`);
  });
});
