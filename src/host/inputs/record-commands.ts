import { UserError } from '../../errors.ts';
import { parseAge, parseSince, type RunFilter } from '../../run/records/choose.ts';
import type { PruneRule } from '../../run/records/prune.ts';

/** Runs that this machine has records of; nothing is asked but its disk. */
export interface RecordsCall {
  readonly command: 'runs';
  /** Which; none: all that the filter leaves. */
  readonly runs: readonly string[];
  readonly filter: RunFilter;
  /** A file for a page of them. */
  readonly html?: string | undefined;
  readonly json: boolean;
}

/** It is about the machine, and reads no spec. */
export interface PruneCall {
  readonly command: 'prune';
  readonly rule: PruneRule;
  /** The repository whose tags are removed, instead of what is on the machine. */
  readonly registry: string | undefined;
  readonly dryRun: boolean;
}

export interface RecordsOptions {
  readonly job?: string;
  readonly status?: string;
  readonly since?: string;
  readonly param: readonly string[];
  readonly html?: string;
  readonly json?: boolean;
}

export function recordsCall(runs: readonly string[], options: RecordsOptions): RecordsCall {
  const { job, status, since, html } = options;
  return {
    command: 'runs',
    runs,
    filter: {
      job,
      status,
      since: since === undefined ? undefined : parseSince(since, Date.now()),
      params: new Map(options.param.map(pairOf)),
    },
    html,
    json: options.json === true,
  };
}

export interface PruneOptions {
  readonly olderThan?: string;
  readonly keep?: string;
  readonly registry?: string;
  readonly dryRun?: boolean;
}

export function pruneCall({ olderThan, keep, registry, dryRun }: PruneOptions): PruneCall {
  if (registry !== undefined && (olderThan ?? keep) !== undefined) {
    throw new UserError(
      '--older-than and --keep are about runs of this machine, and --registry is about tags',
      {
        kind: 'usage',
        hint: 'leave them out, or give two commands',
      },
    );
  }
  return {
    command: 'prune',
    rule: { olderThan: ageOf(olderThan), keep: countOf(keep) },
    registry,
    dryRun: dryRun === true,
  };
}

function ageOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const age = parseAge(text);
  if (age !== undefined) return age;
  throw new UserError(`--older-than is "${text}", which is no age`, {
    kind: 'usage',
    hint: 'write 12h or 30d',
  });
}

function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UserError(`--keep is "${text}", which is no number from 1 up`, { kind: 'usage' });
}

function pairOf(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UserError(`--param is "${text}", which has no value`, { kind: 'usage', hint: 'write lr=0.1' });
}
