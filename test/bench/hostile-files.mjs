/** Texts that somebody could hand over as a spec to keep a reader busy, or to have more done than reading. */

const line = (text, count) => `${text}\n`.repeat(count);
const laughs = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, index) => {
    const name = `*a${index}`;
    return `a${index + 1}: &a${index + 1} [${Array.from({ length: 10 }, () => name).join(', ')}]`;
  }),
].join('\n');
const keys = Array.from({ length: 4_000 }, (_, index) => `k${index}: ${index}`).join('\n');
const LIMIT = 65_536;

/** @type {readonly (readonly [name: string, text: string])[]} */
export const HOSTILE_FILES = [
  ['a billion laughs', laughs],
  ['a quadratic blowup of aliases', `a: &a ${'x'.repeat(30_000)}\nb: [${'*a,'.repeat(49)}*a]`],
  ['more aliases than any file has', `a: &a 1\n${line('- *a', 9_000)}`],
  ['an alias of itself', 'a: &a [*a]'],
  ['a merge key of itself', 'a: &a { <<: *a }'],
  [
    'merge keys upon merge keys',
    Array.from(
      { length: 40 },
      (_, i) => `m${i}: &m${i} { <<: [${i === 0 ? '{}' : `*m${i - 1}, *m${i - 1}`}], k${i}: 1 }`,
    ).join('\n'),
  ],
  ['a megabyte', line('run: x', 150_000)],
  ['just below the limit, of short lines', line('a', LIMIT / 2)],
  ['just below the limit, of one line', 'x'.repeat(LIMIT)],
  ['just below the limit, of keys', keys],
  ['the same key over and over', line('run: x', 9_000)],
  ['brackets', '['.repeat(30_000)],
  ['brackets that close', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['braces', '{a: '.repeat(15_000)],
  ['dashes', '- '.repeat(30_000)],
  ['ever deeper lines', Array.from({ length: 350 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
  ['question marks', '? '.repeat(30_000)],
  ['quotes that never end', `run: "${'\\"'.repeat(30_000)}`],
  ['a quoted text of escapes', `run: "${'\\u0041'.repeat(10_000)}"`],
  ['blanks', ' '.repeat(LIMIT)],
  ['empty lines', '\n'.repeat(LIMIT)],
  ['tabs', '\t'.repeat(LIMIT)],
  ['comments', line('#', LIMIT / 2)],
  ['anchors', line('- &a', 12_000)],
  ['a tag that makes an object', 'run: !!js/function "function () {}"'],
  ['tags', line('- !!str x', 7_000)],
  ['a directive', '%YAML 1.1\n---\nrun: x'],
  ['a prototype', '__proto__: { polluted: true }\nrun: x'],
  ['a prototype below', 'params: { __proto__: { default: 1 } }\nrun: x'],
  ['a constructor', 'constructor: { prototype: { polluted: true } }'],
  ['documents', line('---\nrun: x', 5_000)],
  ['a NUL', 'run: "x\0"'],
  ['a block of indentation', `run: |\n${line(' '.repeat(200), 320)}`],
  ['placeholders that never end', `run: "${'{{ '.repeat(20_000)}"`],
  ['a number of digits', `timeout: ${'9'.repeat(60_000)}`],
  [
    'unknown keys of all lengths',
    Array.from({ length: 300 }, (_, i) => `${'k'.repeat(i % 190)}${i}: 1`).join('\n'),
  ],
  ['unknown long keys', Array.from({ length: 300 }, (_, i) => `${'timeou'.repeat(35)}${i}: 1`).join('\n')],
  [
    'wrong values by the thousand',
    `params:\n${Array.from({ length: 2_000 }, (_, i) => `  p${i}: { type: x }`).join('\n')}`,
  ],
  [
    'jobs by the thousand',
    `jobs:\n${Array.from({ length: 2_500 }, (_, i) => `  j${i}: { rn: x }`).join('\n')}`,
  ],
  ['steps by the hundred', line('- step: { name: a, image: b, comand: c, k: [1, 2] }', 900)],
  [
    'params that double each other',
    `version: 1\nkind: job\nbuild: { image: a }\nrun: { cmd: "{{ p0 }}" }\nparams:\n${Array.from({ length: 60 }, (_, i) => `  p${i}: "{{ p${i + 1} }}{{ p${i + 1} }}"`).join('\n')}\n  p60: abcdefgh`,
  ],
  [
    'placeholders of Polyaxon that never end',
    `version: 1\nkind: job\nbuild: { image: a }\nrun: { cmd: "${'{{ '.repeat(20_000)}" }`,
  ],
  [
    'braces of Valohai that never end',
    `- step:\n    name: a\n    image: b\n    command: "${'{'.repeat(60_000)}"\n    inputs: [{ name: x }]`,
  ],
];
