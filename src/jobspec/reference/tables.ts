import * as z from 'zod';
import { IMAGE } from '../fields/image/image.ts';
import { JOB } from '../fields/job.ts';
import { STRATEGY } from '../fields/strategy.ts';
import type { Row, Rows } from '../rows/row.ts';

type Words = Pick<Row<never>, 'description' | 'details' | 'type'>;
type Cells = readonly string[];

/** It stands beside the keys of a job, and is none of them. */
export const JOBS = {
  description: 'Jobs by name; keys beside it are defaults for every job',
  details: 'See [Several jobs](#several-jobs)',
  type: 'name → job',
} satisfies Words;

const HEAD = ['Type', 'Default', 'What it means'];

/** The tables of docs/spec.md in Markdown, by the name that their markers have. */
export function fieldTables(): ReadonlyMap<string, string> {
  const { image: _image, strategy: _strategy, ...others } = JOB;
  const jobs = ['`jobs`', JOBS.type, 'none', meaningOf(JOBS)];
  return new Map([
    ['job fields', table(['Field', ...HEAD], [...fieldsOf(JOB), jobs])],
    ['job keys', table(['In', 'Key', ...HEAD], keysBelow(others))],
    ['image fields', table(['Field', ...HEAD], fieldsOf(IMAGE))],
    ['image keys', table(['In', 'Key', ...HEAD], keysBelow(IMAGE))],
    ['strategy fields', table(['Field', ...HEAD], fieldsOf(STRATEGY))],
  ]);
}

function table(head: Cells, rows: readonly Cells[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function fieldsOf(rows: Rows): readonly Cells[] {
  return Object.entries(rows).map(([key, row]) => [
    `\`${key}\``,
    typeOf(row),
    defaultOf(row),
    meaningOf(row),
  ]);
}

/** The keys of mappings that are values of fields; some fields have the same ones. */
function keysBelow(rows: Rows): readonly Cells[] {
  const places = new Map<Rows, readonly string[]>();
  for (const [path, keys] of mappingsOf(rows, '')) places.set(keys, [...(places.get(keys) ?? []), path]);
  return [...places].flatMap(([keys, paths]) => {
    const where = paths.map((path) => `\`${path}\``).join(', ');
    return fieldsOf(keys).map((cells) => [where, ...cells]);
  });
}

function mappingsOf(rows: Rows, above: string): readonly (readonly [string, Rows])[] {
  return Object.entries(rows).flatMap(([key, { keys }]) => {
    if (keys === undefined) return [];
    return [[`${above}${key}`, keys] as const, ...mappingsOf(keys, `${above}${key}.`)];
  });
}

function typeOf({ type, value, keys = {} }: Row<never>): string {
  if (type !== undefined) return type.replace('{…}', `{${Object.keys(keys).join(', ')}}`);
  if (value instanceof z.ZodEnum) return value.options.map((word) => `\`${word}\``).join(', ');
  return '`true`, `false`';
}

function defaultOf({ default: written, otherwise, required }: Row<never>): string {
  if (required) return 'required';
  if (otherwise !== undefined) return otherwise;
  if (written === undefined) return 'none';
  return `\`${typeof written === 'string' ? written : `[${written.join(', ')}]`}\``;
}

function meaningOf({ description, details }: Words): string {
  const plain = description.replaceAll('<', '\\<');
  return details === undefined ? plain : `${plain}. ${details}`;
}
