import type { Line, Rows } from './row.ts';

export function line(path: string, text: string): Line {
  return { path, text, writtenAt: [path] };
}

/** The line of a mapping itself, of what may stand in place of it or at one of its keys. */
export function ownLine(text: string, ...keys: readonly string[]): Line {
  return { path: '', text, writtenAt: [...keys, ''] };
}

/** What each row has to show of the part of a job that its mapping became. */
export function linesOf<S>(rows: Rows<S>, subject: S): readonly Line[] {
  return Object.entries(rows).flatMap(([key, { shown }]) => {
    if (typeof shown !== 'function') return [];
    const value = shown(subject) ?? '';
    return typeof value === 'string' ? [line(key, value)] : below(key, value);
  });
}

/** The same of several, each below its name or number. */
export function eachOf<S>(
  rows: Rows<S>,
  items: Iterable<readonly [key: string | number, S]>,
): readonly Line[] {
  return [...items].flatMap(([key, item]) => below(String(key), linesOf(rows, item)));
}

/** A line for each entry, below its name. */
export function entryLines(entries: Iterable<readonly [key: string, text: string]>): readonly Line[] {
  return [...entries].map(([key, text]) => line(key, text));
}

/** Lines of a mapping as lines of the one that has it at `key`. */
export function below(key: string, lines: readonly Line[]): readonly Line[] {
  const under = (path: string): string => [key, path].filter((part) => part !== '').join('.');
  return lines.map(({ path, text, writtenAt }) => ({
    path: under(path),
    text,
    writtenAt: writtenAt.map(under),
  }));
}

/** The first line of a text, and how many follow. */
export function firstLine(text: string): string {
  const [first = '', ...more] = text.trim().split('\n');
  return more.length === 0 ? first : `${first} … (${more.length} more)`;
}

/** An option of a backend, which a job carries as it was read. */
export function option(name: string): (options: Readonly<Record<string, unknown>>) => string | undefined {
  return ({ [name]: value }) => {
    if (value === undefined) return undefined;
    return Array.isArray(value) ? value.join(', ') : String(value);
  };
}
