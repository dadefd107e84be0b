import type { Command } from 'commander';
import { UserError } from '../../errors.ts';
import { parseSince, type RunFilter } from '../../run/records/choose.ts';

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

function pairOf(text: string): readonly [string, string] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new UserError(`--param is "${text}", which has no value`, { kind: 'usage', hint: 'write lr=0.1' });
}
