import type { Finding } from '../../../errors.ts';
import { Findings } from '../../../findings.ts';
import { JobFields } from '../../fields/job.ts';
import { keysAt } from '../../findings/known-keys.ts';
import { findingsOf } from '../../findings/problems.ts';
import { type Layers, layered } from '../../format/layered.ts';
import type { InputFile, MountPoint } from '../../job/data.ts';
import type { Job } from '../../job/job.ts';
import { type MadeJob, makeJob } from '../../make/make-job.ts';
import { literalNode, type MapNode, mapNode, type Node, plain } from '../../yaml/node.ts';
import type { FilledCommand } from './step/fill-command.ts';
import type { Step } from './step/step.ts';
import type { Task } from './tasks/task.ts';

/** Where steps find the repository, and the folder that they leave their outputs below. */
const REPOSITORY = '/valohai/repository';
const ROOT = '/valohai';

export interface FailedJob {
  readonly findings: readonly Finding[];
}

export interface StepJobSource extends Files, Layers {
  /** Path of the file. */
  readonly spec: string;
  readonly name: string;
  readonly step: Step;
  /** The step in our words, but for its command. */
  readonly root: MapNode;
  readonly command: FilledCommand;
  readonly task?: Task | undefined;
  /** What the caller gave for params of the task. */
  readonly varied?: ReadonlyMap<string, string> | undefined;
  readonly toRun: boolean;
  /** What there is to say of the values in the command. */
  readonly findings?: readonly Finding[] | undefined;
}

interface Files {
  readonly inputs: readonly InputFile[];
  readonly mounts: readonly MountPoint[];
}

/** Nodes of ours, read as a job of ours; then what only Valohai's words can say. */
export function readJob(source: StepJobSource): MadeJob | FailedJob {
  const { spec, name, command, toRun, varied: given = new Map() } = source;
  const findings = new Findings();
  const root = layered(withCommand(source), source);
  const read = JobFields.safeParse(plain(root));
  if (!read.success) {
    findings.add(findingsOf(read.error.issues, root, (path) => keysAt(JobFields, path)));
    return { findings: findings.all };
  }
  const fields = read.data;
  const made = makeJob({ name: fields.name ?? name, spec, format: 'valohai', fields, root, given, toRun });
  findings.add(source.findings ?? command.findings);
  findings.add(made.findings);
  return { job: completed(made.job, source), findings: findings.all };
}

/** The step with its command, and the matrix of its task. */
function withCommand({ step, root, command, task }: StepJobSource): MapNode {
  const entries: [string, Node][] = [['command', commandNode(step, command)]];
  if (task !== undefined) entries.push(['strategy', task.strategy]);
  return mapNode(
    [...root.entries, ...entries.map(([key, value]) => [key, { key: value.location, value }] as const)],
    root.location,
  );
}

/** Its braces are none of ours. */
function commandNode({ command }: Step, { words }: FilledCommand): Node {
  const location = command.locate();
  return { kind: 'list', items: words.map((word) => literalNode(word, location)), location };
}

function completed(job: Job, { command, inputs, mounts }: StepJobSource): Job {
  const { outputs } = job;
  return {
    ...job,
    image: { ...job.image, workdir: job.image.workdir ?? REPOSITORY },
    inputs: joined(job.inputs, inputs),
    mounts: joined(job.mounts, mounts),
    params: new Map([...job.params, ...command.params]),
    outputs: outputs.declared ? outputs : { ...outputs, from: ROOT },
  };
}

/** What a defaults file gives every step, and then the step's own; undefined when there is nothing. */
function joined<T>(shared: readonly T[] | undefined, own: readonly T[]): readonly T[] | undefined {
  const all = [...(shared ?? []), ...own];
  return all.length === 0 ? undefined : all;
}
