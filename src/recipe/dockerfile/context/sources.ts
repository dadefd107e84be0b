import { posix } from 'node:path';
import type { ContextSource } from '../../recipe.ts';
import { flagsOf, mountsOf, textBehindFlags } from '../flags.ts';
import type { Instruction } from '../read.ts';
import { expandIn } from '../scope.ts';
import type { Scoped } from '../stage-scopes.ts';

/** What instructions read of the context. */
export interface ContextReads {
  readonly sources: readonly ContextSource[];
  /** The first whose sources only the build knows, so that it may read everything. */
  readonly unknown?: Instruction | undefined;
}

export function contextReads(all: readonly Scoped[]): ContextReads {
  const sources: ContextSource[] = [];
  for (const scoped of all) {
    const read = readsOf(scoped);
    if (read === undefined) return { sources: [], unknown: scoped.instruction };
    sources.push(...read);
  }
  return { sources: [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()] };
}

/** undefined: only the build knows. */
function readsOf(scoped: Scoped): readonly ContextSource[] | undefined {
  switch (scoped.instruction.keyword) {
    case 'ADD':
    case 'COPY':
      return copied(scoped);
    case 'RUN':
      return mounted(scoped);
    default:
      return [];
  }
}

function copied({ instruction, scope }: Scoped): readonly ContextSource[] | undefined {
  const flags = flagsOf(instruction);
  if ((flags.get('from')?.at(-1) ?? '') !== '') return [];
  const parents = !/^(?:false)?$/i.test(flags.get('parents')?.at(-1) ?? 'false');
  const exclude = parents ? [] : excludes(flags.get('exclude') ?? []);
  const sources = copySources(instruction).map((word) =>
    sourceOf(expandIn(scope, word), { parents, exclude }),
  );
  return allKnown(sources.filter((source) => source !== 'remote'));
}

/** The words of COPY and ADD before the last one. */
export function copySources(instruction: Instruction): readonly string[] {
  return listed(textBehindFlags(instruction)).slice(0, -1);
}

/** Patterns that take back what others exclude are left to the build. */
function excludes(patterns: readonly string[]): readonly string[] {
  return patterns.some((pattern) => pattern.trim().startsWith('!')) ? [] : patterns;
}

/** BuildKit splits at these alone, also within quotes. */
function listed(text: string): readonly string[] {
  return jsonList(text) ?? text.split(/[\t\v\f\r ]+/);
}

function jsonList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}

interface Options {
  readonly parents: boolean;
  readonly exclude: readonly string[];
}

function sourceOf(
  text: string | undefined,
  { parents, exclude }: Options,
): ContextSource | 'remote' | undefined {
  // A backslash that is still there would make the next character of a pattern an ordinary one.
  if (text === undefined || text.includes('\\')) return undefined;
  if (/^https?:\/\//.test(text)) return 'remote';
  const path = normal(text);
  return { path, ...(parents ? { parents } : {}), ...(exclude.length === 0 ? {} : { exclude }) };
}

/** As BuildKit reads a source: nothing leads above the context. */
export function normal(path: string): string {
  return posix.join('/', path).replace(/^\/+|\/+$/g, '');
}

function mounted({ instruction, scope }: Scoped): readonly ContextSource[] | undefined {
  const sources = mountsOf(instruction).flatMap((mount) => {
    if (mount === undefined) return [undefined];
    const type = expandIn(scope, mount.type);
    if (type === undefined) return [undefined];
    if (type.toLowerCase() !== 'bind' || mount.from !== '') return [];
    const source = expandIn(scope, mount.source);
    return [source === undefined ? undefined : { path: normal(source) }];
  });
  return allKnown(sources);
}

function allKnown<T>(values: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? known : undefined;
}
