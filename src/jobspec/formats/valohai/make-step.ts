import type { Finding } from '../../../errors.ts';
import { distinct, Findings } from '../../../findings.ts';
import type { Additions } from '../../format/parsed-spec.ts';
import type { Leg } from '../../job/job.ts';
import { readDefaults } from '../../layers/defaults.ts';
import { GIVEN } from '../../layers/given-value.ts';
import { warnOfUnsafe } from '../../make/input-files.ts';
import type { MadeJob } from '../../make/make-job.ts';
import { readInputs } from './data/inputs.ts';
import { readMounts } from './data/mounts.ts';
import { asRemarks } from './file/unused.ts';
import { splitOverrides } from './given.ts';
import { type FilledCommand, fillCommand } from './step/fill-command.ts';
import type { Step } from './step/step.ts';
import { type FailedJob, readJob } from './step-job.ts';
import type { Task } from './tasks/task.ts';
import { translate } from './translate.ts';

export interface StepSource {
  /** Path of the file. */
  readonly spec: string;
  readonly job: string;
  /** All jobs of the file. */
  readonly jobs: readonly string[];
  readonly step: Step;
  /** That runs the step many times; undefined: it is run once. */
  readonly task?: Task | undefined;
}

/** The step in our words, read as a job of ours with the values of its parameters in its command. */
export function makeStep(source: StepSource, additions: Additions): MadeJob | FailedJob {
  const { spec, job: name, step, task } = source;
  const { toRun = false, defaults } = additions;
  const which = { job: name, names: source.jobs };
  const { given, inputs: addresses, overrides } = splitOverrides(additions, which);
  const [findings, blockers] = [new Findings(), new Findings()];
  findings.add(step.findings);
  const root = translate(step, findings);
  const inputs = readInputs(step.fields, step.node, addresses, { findings, blockers });
  warnOfUnsafe(inputs, findings);
  const mounts = readMounts(step.fields, step.node, { findings, blockers });
  const lower = defaults === undefined ? undefined : readDefaults(defaults);
  const made = readRuns(task, given, {
    fill: (values) => fillCommand(step, values, toRun),
    read: (command, as) =>
      readJob({ inputs, mounts, spec, name, step, root, lower, overrides, which, toRun, command, ...as }),
  });
  findings.add(toRun ? blockers.all : asRemarks(blockers.all));
  findings.add(made.findings);
  return { ...made, findings: findings.all };
}

type Written = ReadonlyMap<string, string>;

interface Runs {
  readonly fill: (values: Written) => FilledCommand;
  /** The step with such a command; of a task its matrix, too, and the values that the caller gave for that. */
  readonly read: (
    command: FilledCommand,
    as?: { readonly task?: Task; readonly varied?: Written; readonly findings?: readonly Finding[] },
  ) => MadeJob | FailedJob;
}

/** Of a task the job is the first of its runs, and has all of them, each read with values of its own. */
function readRuns(task: Task | undefined, given: Written, { fill, read }: Runs): MadeJob | FailedJob {
  const once = fill(given);
  if (task === undefined) return read(once);
  const varied = new Map([...given].filter(([name]) => task.names.has(name)));
  const matrix = read(once, { task, varied });
  const strategy = 'job' in matrix ? matrix.job.strategy : undefined;
  if (strategy === undefined) return matrix;
  const runs = strategy.legs.map((leg) => ({ leg, command: fill(new Map([...given, ...leg.values])) }));
  const first = runs[0]?.command ?? once;
  const ofCommands = [...runs.flatMap(({ command }) => command.findings), ...first.findings];
  const whole = read(first, { task, varied, findings: distinct(atTask(ofCommands, task)) });
  if (!('job' in whole)) return whole;
  const legs = runs.map(({ leg, command }) => withCommand(leg, command, read(command)));
  return { ...whole, job: { ...whole.job, strategy: { ...strategy, legs } } };
}

function withCommand(leg: Leg, { params }: FilledCommand, own: MadeJob | FailedJob): Leg {
  if (!('job' in own)) return leg;
  const { command, env } = own.job;
  return { ...leg, command, params: new Map([...leg.params, ...params]), env };
}

/** What a value of a task breaks is reported at the task. */
function atTask(findings: readonly Finding[], { node }: Task): readonly Finding[] {
  return findings.map((finding) =>
    finding.location === GIVEN.params ? { ...finding, location: node.location } : finding,
  );
}
