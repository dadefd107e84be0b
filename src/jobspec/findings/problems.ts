import type * as z from 'zod';
import type { Finding } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { didYouMean, suggestion } from '../values/suggest.ts';
import { at, keyPlaceOf, locationOf, type Node, type Path } from '../yaml/node.ts';
import { hintForKey } from './hints.ts';
import { shapeHint } from './shape-hint.ts';

type Issue = z.core.$ZodIssue;

/** Enough to fix a file by; the rest is reported when these are fixed. */
const MOST = 50;

/** Known keys of the mapping at a path, for suggestions. */
export type KnownKeys = (path: Path) => readonly string[];

export interface IssuesRead {
  readonly findings: readonly Finding[];
  /** Paths of the keys that nobody knows. */
  readonly unknown: readonly Path[];
}

/** Zod's issues as findings at their places in the file. */
export function readIssues(issues: readonly Issue[], root: Node, knownKeys: KnownKeys): IssuesRead {
  const reader = new IssueReader(root, knownKeys);
  for (const issue of issues.slice(0, MOST)) reader.read(issue, issue.path);
  return { findings: reader.findings.all, unknown: reader.unknown };
}

export function findingsOf(issues: readonly Issue[], root: Node, knownKeys: KnownKeys): readonly Finding[] {
  return readIssues(issues, root, knownKeys).findings;
}

class IssueReader {
  readonly findings = new Findings();
  readonly unknown: Path[] = [];
  readonly #root: Node;
  readonly #knownKeys: KnownKeys;

  constructor(root: Node, knownKeys: KnownKeys) {
    this.#root = root;
    this.#knownKeys = knownKeys;
  }

  read(issue: Issue, path: Path) {
    switch (issue.code) {
      case 'unrecognized_keys':
        for (const key of issue.keys.slice(0, MOST)) this.#unknownKey(path, key);
        return;
      case 'invalid_union':
        return this.#union(issue, path);
      case 'invalid_key':
        return this.#invalidKey(issue, path);
      case 'invalid_value':
        return this.#invalidValue(issue.values.map(String), path);
      case 'invalid_type':
        return this.#invalidType([expectedOf(issue)], path);
      default:
        return this.#custom(issue, path);
    }
  }

  #unknownKey(path: Path, key: string): void {
    this.unknown.push([...path, key]);
    const parent = path.join('.');
    const known = this.#knownKeys(path);
    const hint = hintForKey(parent, key) ?? suggestion(key, known);
    const where = parent === '' ? '' : ` in "${parent}"`;
    const place = keyPlaceOf(this.#root, path, key);
    this.findings.error('unknown-key', `unknown key "${key}"${where}`, { hint, at: place });
  }

  /** Of the forms a value may have, the one whose shape it has is what was meant. */
  #union(issue: Issue & { code: 'invalid_union' }, path: Path): void {
    const kind = at(this.#root, path)?.kind;
    const meant = issue.errors.find((branch) => !branch.some((inner) => isOtherShape(inner, kind)));
    if (meant !== undefined) {
      for (const inner of meant) this.read(inner, [...path, ...inner.path]);
      return;
    }
    this.#invalidType([...new Set(issue.errors.flatMap((branch) => branch.map(expectedOf)))], path);
  }

  #invalidKey(issue: Issue & { code: 'invalid_key' }, path: Path) {
    const key = String(path.at(-1));
    const place = keyPlaceOf(this.#root, path.slice(0, -1), key);
    const [inner] = issue.issues;
    const parent = path.slice(0, -1).join('.');
    const message = `${parent}: ${inner?.message ?? 'this key is not allowed'}`;
    this.findings.error('invalid-key', message, { hint: hintOf(inner), at: place });
  }

  #invalidValue(values: readonly string[], path: Path) {
    const node = at(this.#root, path);
    if (node?.kind !== 'text') return this.#invalidType(['one value'], path);
    const message = `${path.join('.')}: "${node.text}" is not one of ${values.join(', ')}`;
    const hint = didYouMean(node.text, values);
    this.findings.error('invalid-value', message, { hint, at: node.location });
  }

  #invalidType(expected: readonly string[], path: Path) {
    const node = at(this.#root, path);
    const name = path.join('.') || 'the spec';
    const place = locationOf(this.#root, path);
    if (node === undefined) return this.findings.error('missing-key', `"${name}" is missing`, { at: place });
    if (node.kind === 'null') {
      const hint = `write ${expected.join(' or ')}, or remove the key`;
      return this.findings.error('no-value', `"${name}" has no value`, { hint, at: place });
    }
    const message = `${name}: expected ${expected.join(' or ')}, found ${SHAPE[node.kind]}`;
    this.findings.error('wrong-type', message, { hint: shapeHint(node, expected, path), at: place });
  }

  #custom(issue: Issue, path: Path): void {
    const name = path.join('.');
    const message = name === '' ? issue.message : `${name}: ${wordOf(issue)}`;
    this.findings.error('invalid-value', message, { hint: hintOf(issue), at: locationOf(this.#root, path) });
  }
}

const SHAPE = {
  text: 'one value',
  null: 'nothing',
  list: 'a list',
  map: 'a mapping',
  value: 'one value',
} as const;

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'one value',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function expectedOf(issue: Issue): string {
  return issue.code === 'invalid_type' ? (EXPECTED[issue.expected] ?? issue.expected) : 'one value';
}

function isOtherShape(issue: Issue, kind: Node['kind'] | undefined): boolean {
  if (issue.path.length > 0) return false;
  return issue.code === 'invalid_type' || (issue.code === 'invalid_value' && kind !== 'text');
}

function wordOf(issue: Issue): string {
  if (issue.code === 'too_small') return 'the list is empty';
  return issue.message;
}

function hintOf(issue: Issue | undefined): string | undefined {
  if (issue?.code !== 'custom') return undefined;
  const { hint } = (issue.params ?? {}) as { hint?: unknown };
  return typeof hint === 'string' ? hint : undefined;
}
