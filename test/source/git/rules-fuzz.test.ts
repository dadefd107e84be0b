import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readIgnoreRules } from '../../../src/source/git/ignore-file.ts';
import { asBytes, isIgnored } from '../../../src/source/git/ignored.ts';
import { fuzzRuns } from '../../jobspec/fuzz-runs.ts';
import { git, makeFolder } from '../folder.ts';

const PIECES = [
  ...['a', 'b', 'c.py', '.', '-', ' ', 'é', '{', '!', '#', ':', '/', '/', '/', '*', '*', '**', '**/', '/**'],
  ...[
    '?',
    '[',
    ']',
    '^',
    '\\',
    '[a-c]',
    '[!a]',
    '[^b/]',
    '[]-a]',
    '[[:alpha:]]',
    '[[:punct:]]',
    '[[:space:]]',
  ],
  ...['[[:x:]]', '[[:', ':]', '[a-', '\\*', '\\ ', '\\/', '\r', '\t', '\f', '\u{1F600}'],
];
const NAMES = [
  ...[
    'a',
    'b',
    'aa',
    'ab',
    'c.py',
    'a-b',
    'a b',
    'a ',
    'é',
    '#a',
    '!a',
    '*',
    '[',
    ']',
    '\\',
    'a\f',
    '-',
    ':',
  ],
  '\u{1F600}',
];

const line = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 7 })
  .map((pieces) => pieces.join(''));
const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
const name = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 2 })
  .map((parts) => parts.join(''));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
const ignoreFile = fc.record({ text, paths: fc.array(path, { minLength: 20, maxLength: 20 }) });

interface Asked {
  readonly text: string;
  readonly path: string;
}

/** Each text is the `.gitignore` of a folder of its own, so that one start of Git answers for all of them. */
function answersOfGit(
  tried: readonly { readonly text: string; readonly paths: readonly string[] }[],
): Set<Asked> {
  const root = makeFolder(Object.fromEntries(tried.map((one, index) => [`${index}/.gitignore`, one.text])));
  git(root, 'init', '-q');
  const asked = new Map(
    tried.flatMap(({ text, paths }, index) => paths.map((path) => [`${index}/${path}`, { text, path }])),
  );
  const said = execFileSync('git', ['check-ignore', '--no-index', '-z', '--stdin'], {
    cwd: root,
    env: { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    input: [...asked.keys()].map((at) => `${at}\0`).join(''),
  });
  return new Set(
    said
      .toString()
      .split('\0')
      .flatMap((at) => asked.get(at) ?? []),
  );
}

function isIgnoredHere({ text, path }: Asked): boolean {
  const rules = { skip: 0, own: readIgnoreRules(Buffer.from(text)), above: undefined };
  const names = asBytes(path).split('/');
  return names.some((_, index) =>
    isIgnored(names.slice(0, index + 1).join('/'), index < names.length - 1, rules),
  );
}

describe('the lines of a .gitignore', () => {
  it('ignore what Git says they ignore', () => {
    const tried = fc.sample(ignoreFile, fuzzRuns(2_000, 5));
    const asked = tried.flatMap(({ text, paths }) => paths.map((path) => ({ text, path })));

    const said = new Set([...answersOfGit(tried)].map((one) => JSON.stringify(one)));

    const ignored = asked.filter(isIgnoredHere).map((one) => JSON.stringify(one));
    const all = new Set(ignored);
    expect(ignored.filter((one) => !said.has(one))).toEqual([]);
    expect([...said].filter((one) => !all.has(one))).toEqual([]);
    expect(said.size).toBeGreaterThan(0);
  });
});
