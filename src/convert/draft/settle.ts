import { type Finding, type Location, UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { parseSpec, selectJobs } from '../../jobspec/parse.ts';
import type { Node } from '../../jobspec/yaml/node.ts';
import { parseYaml } from '../../jobspec/yaml/yaml.ts';
import { type Field, type Fields, isFields } from './fields.ts';
import { printFields } from './print.ts';

const FILE = 'jobimg.yml';
/** More than any file has of wrong values; each try drops one. */
const MOST_TRIES = 500;

/** The text of a jobimg.yml that jobimg reads; a value that it would refuse is left out and told. */
export function settle(fields: Fields, findings: Findings, file: string): string {
  let settled = fields;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const text = printFields(settled);
    if (Object.values(settled).every((field) => field === undefined)) throw nothingLeft(file, findings);
    const error = errorIn(text);
    if (error === undefined) return text;
    const path = pathAt(parseYaml(text, FILE), error.location);
    settled = without(settled, path);
    const hint = error.hint === undefined ? '' : `; ${error.hint}`;
    const place = path.join('.');
    const prefix = error.message.startsWith(path[0] ?? '') ? '' : `${place}: `;
    findings.warning('not-converted', `${prefix}${error.message}${hint}`, { at: { file } });
  }
  throw notConverted(`"${file}" has too many values that a jobimg.yml cannot have`, file);
}

/** Why is in what was found on the way. */
function nothingLeft(file: string, findings: Findings): UserError {
  const error = notConverted(`"${file}" has nothing that a jobimg.yml can have`, file);
  return UserError.of([...error.findings, ...findings.all]);
}

function notConverted(message: string, file: string): UserError {
  const hint = 'write the jobimg.yml by hand: docs/spec.md';
  return new UserError(message, { code: 'not-converted', hint, location: { file } });
}

function errorIn(text: string): Finding | undefined {
  try {
    selectJobs(parseSpec({ path: FILE, text, format: 'jobimg' }), { job: 'all', repositoryName: 'job' });
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.find(({ level }) => level === 'error');
  }
}

type Path = readonly string[];

/** The value or key that the place is in: the last one that begins before it. */
function pathAt(root: Node, location: Location | undefined): Path {
  const { line = 1, column = 1 } = location ?? {};
  const places = [...placesIn(root, [])].filter(({ at }) => {
    const [l, c] = [at.line ?? 1, at.column ?? 1];
    return l < line || (l === line && c <= column);
  });
  const path = places.at(-1)?.path;
  if (path === undefined) throw new Error(`nothing of the jobimg.yml stands at ${line}:${column}`);
  return path;
}

function* placesIn(node: Node, path: Path): Generator<{ readonly path: Path; readonly at: Location }> {
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) yield* placesOf(item, [...path, String(index)]);
  }
  if (node.kind !== 'map') return;
  for (const [key, { key: at, value }] of node.entries) {
    yield { path: [...path, key], at };
    yield* placesOf(value, [...path, key]);
  }
}

function* placesOf(node: Node, path: Path): Generator<{ readonly path: Path; readonly at: Location }> {
  yield { path, at: node.location };
  yield* placesIn(node, path);
}

/** Mappings and lists that it leaves empty go with it. */
function without(fields: Fields, [key = '', ...rest]: Path): Fields {
  const { [key]: found, ...others } = fields;
  const left = rest.length === 0 ? undefined : lessOf(found, rest);
  return left === undefined ? others : { ...fields, [key]: left };
}

function lessOf(field: Field | undefined, path: Path): Field | undefined {
  if (isFields(field)) {
    const left = without(field, path);
    return Object.values(left).some((value) => value !== undefined) ? left : undefined;
  }
  if (!Array.isArray(field)) return undefined;
  const [index = '0', ...rest] = path;
  const items = field.flatMap((item: Field, at: number): readonly Field[] => {
    if (at !== Number(index)) return [item];
    const left = rest.length === 0 ? undefined : lessOf(item, rest);
    return left === undefined ? [] : [left];
  });
  return items.length === 0 ? undefined : items;
}
