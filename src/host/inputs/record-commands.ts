import type { Command } from 'commander';
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
  readonly dryRun: boolean;
}

interface RecordsOptions {
  readonly job?: string;
  readonly status?: string;
  readonly since?: string;
  readonly param: readonly string[];
  readonly html?: string;
  readonly json?: boolean;
}

const RUNS = `list the runs that this machine has records of, those that have ended too; name two or more to
compare them. What is running anywhere now is told by "jobimg ps".`;

export function addRecordsCommand(command: Command, called: (call: RecordsCall) => void): void {
  command
    .description(RUNS.replace('\n', ' '))
    .argument('[run...]', 'ids, the beginnings of ids, names of folders, or "latest"')
    .option('--job <name>', 'those of this job')
    .option('--status <status>', 'succeeded, failed, cancelled, running, or a reason such as timeout')
    .option('--since <age or date>', 'started since then: 12h, 7d, 2026-12-01')
    .option(
      '--param <name=value>',
      'those with this parameter; may be given several times',
      (one: string, all: readonly string[]) => [...all, one],
      [],
    )
    .option('--html <file>', 'write a page with their metrics over each other, for any browser')
    .option('--json', 'JSON on stdout')
    .addHelpText('after', EXAMPLES)
    .action((runs: readonly string[], options: RecordsOptions) => called(callOf(runs, options)));
}

const EXAMPLES = `
Examples:
  jobimg runs --job train --since 7d
  jobimg runs train-0f3a train-77ab
  jobimg runs --param lr=0.1 --html report.html`;

function callOf(runs: readonly string[], options: RecordsOptions): RecordsCall {
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

interface PruneOptions {
  readonly olderThan?: string;
  readonly keep?: string;
  readonly dryRun?: boolean;
}

export function addPruneCommand(command: Command, called: (call: PruneCall) => void): void {
  command
    .description(
      'remove what this machine needs no more: the builder that jobimg created, with its cache, images that no run needs, and with one of the first two options old runs; never the last run of a job',
    )
    .option('--older-than <age>', 'runs that ended longer ago: 12h, 30d, 8w')
    .option('--keep <count>', 'of each job, all runs but the last ones')
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .addHelpText('after', '\nExample:\n  jobimg prune --older-than 30d --keep 5 --dry-run')
    .action(({ olderThan, keep, dryRun }: PruneOptions) =>
      called({
        command: 'prune',
        rule: { olderThan: ageOf(olderThan), keep: countOf(keep) },
        dryRun: dryRun === true,
      }),
    );
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
