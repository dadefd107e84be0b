import type { Finding } from '../../../errors.ts';
import type { InputFile, MountPoint } from '../../data.ts';
import { readDefaults } from '../../defaults.ts';
import { JobFields } from '../../fields/job.ts';
import { distinct } from '../../findings/findings.ts';
import { keysAt } from '../../findings/known-keys.ts';
import { laterFindings } from '../../findings/later.ts';
import { findingsOf } from '../../findings/problems.ts';
import type { Job, Leg } from '../../job.ts';
import { GIVEN } from '../../layers/given-value.ts';
import { omit, overlay } from '../../layers/layers.ts';
import { applyOverrides } from '../../layers/overrides.ts';
import { unsafe } from '../../make/input-files.ts';
import { type Made, makeJob } from '../../make/make-job.ts';
import type { Additions } from '../../parsed-spec.ts';
import { at, type MapNode, mapNode, plain } from '../../yaml/node.ts';
import { buildCommands, joinCommands } from './command.ts';
import { type Given, splitOverrides } from './given.ts';
import { readInputs } from './inputs.ts';
import { readMounts } from './mounts.ts';
import { paramOf } from './parameter.ts';
import type { Step } from './step.ts';
import type { Task } from './task.ts';
import { type Translation, translate } from './translate.ts';
import { asRemarks } from './unused.ts';
import { resolveValues, type Values } from './values.ts';

/** Where steps find the repository, and the folder that they leave their outputs below. */
const REPOSITORY = '/valohai/repository';
const ROOT = '/valohai';

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

/** The step in our words, read as a job of ours; then what only Valohai's words can say. */
export function makeStep(
  source: StepSource,
  additions: Additions,
): Made | { readonly findings: readonly Finding[] } {
  const { spec, job, step } = source;
  const { toRun = false } = additions;
  const translation = translate(step);
  const { root, given, inputs: addresses } = layer(source, translation, additions);
  const inputs = readInputs(step.fields, step.node, addresses);
  const mounts = readMounts(step.fields, step.node);
  const blockers = [...inputs.blockers, ...mounts.blockers];
  const findings = [
    ...step.findings,
    ...translation.findings,
    ...inputs.findings,
    ...unsafe(inputs.files),
    ...mounts.findings,
    ...(toRun ? blockers : asRemarks(blockers)),
    ...laterFindings(root),
  ];
  const read = JobFields.safeParse(plain(root));
  if (!read.success) {
    const told = findingsOf(read.error.issues, root, (path) => keysAt(JobFields, path));
    return { findings: [...findings, ...told] };
  }
  const name = read.data.name ?? job;
  const varied = new Map([...given].filter(([param]) => source.task?.names.has(param)));
  const made = makeJob({ name, spec, format: 'valohai', fields: read.data, root, given: varied, toRun });
  const parts = { root, step, translation, inputs: inputs.files, mounts: mounts.mounts };
  const filled = fill(made.job, given, { ...parts, toRun, task: source.task });
  return { job: filled.job, findings: [...findings, ...filled.findings, ...made.findings] };
}

interface Filling extends Omit<Parts, 'text' | 'values'> {
  readonly toRun: boolean;
  readonly task: Task | undefined;
}

/** The job with the values of its parameters in its command; of a task, one command for each of its runs. */
function fill(
  job: Job,
  given: ReadonlyMap<string, string>,
  { toRun, task, ...parts }: Filling,
): { readonly job: Job; readonly findings: readonly Finding[] } {
  const { step } = parts;
  const findings: Finding[] = [];
  const filled = (own: Job, written: ReadonlyMap<string, string>): Job => {
    const values = resolveValues(step.parameters, written, toRun);
    const { text, findings: problems } = textOf(step, values);
    findings.push(...values.findings, ...problems);
    return finish(own, { ...parts, text, values });
  };
  const { strategy } = job;
  if (task === undefined || strategy === undefined) return { job: filled(job, given), findings };
  const legs = strategy.legs.map((leg): Leg => {
    const { command, params, env } = filled(
      { ...job, params: leg.params },
      new Map([...given, ...leg.values]),
    );
    return { ...leg, command, params, env };
  });
  const [first] = strategy.legs;
  const whole = filled(job, new Map([...given, ...(first?.values ?? [])]));
  return { job: { ...whole, strategy: { ...strategy, legs } }, findings: distinct(atTask(findings, task)) };
}

/** What a value of a task breaks is told at the task. */
function atTask(findings: readonly Finding[], { node }: Task): readonly Finding[] {
  return findings.map((finding) =>
    finding.location === GIVEN.params ? { ...finding, location: node.location } : finding,
  );
}

/** Defaults file, the step, overrides: each layer on top of the one before. */
function layer(
  { job, jobs, task }: StepSource,
  { root: step, command }: Translation,
  additions: Additions,
): { readonly root: MapNode } & Omit<Given, 'overrides'> {
  const { defaults } = additions;
  const which = { job, names: jobs };
  const written = task === undefined ? step : withStrategy(step, task);
  const { given, inputs, overrides } = splitOverrides(additions, which);
  const layered = defaults === undefined ? written : overlay(readDefaults(defaults), written);
  const { root } = applyOverrides(layered, overrides, which);
  const isOther = root.entries.has('run') && at(root, ['command']) === command;
  return { root: isOther ? omit(root, ['command']) : root, given, inputs };
}

function withStrategy(root: MapNode, { strategy }: Task): MapNode {
  return mapNode([...root.entries, ['strategy', { key: strategy.location, value: strategy }]], root.location);
}

function textOf(
  { command, name }: Step,
  values: Values,
): { readonly text: string; readonly findings: readonly Finding[] } {
  const { commands, findings } = buildCommands(command, values);
  const text = joinCommands(commands);
  if (!text.includes('\0')) return { text, findings };
  const message = `the command of "${name}" has a NUL character`;
  const hint = 'no program can be given one';
  return {
    text,
    findings: [...findings, { level: 'error', code: 'command', message, hint, location: command.locate(0) }],
  };
}

interface Parts {
  readonly root: MapNode;
  readonly step: Step;
  readonly text: string;
  readonly translation: Translation;
  readonly values: Values;
  readonly inputs: readonly InputFile[];
  readonly mounts: readonly MountPoint[];
}

/** Texts of the step go in as they are: its braces are none of ours. */
function finish(job: Job, { root, step, text, translation, values, ...data }: Parts): Job {
  const own = [...values.values].flatMap(([name, value]) => {
    const parameter = step.parameters.get(name);
    return parameter === undefined ? [] : [[name, paramOf(parameter, value)] as const];
  });
  const variables = [...translation.variables].filter(([name, { node }]) => at(root, ['env', name]) === node);
  const words = [...step.interpreter, text].map((word) => [word]);
  const isOwn = at(root, ['command']) === translation.command;
  const { outputs } = job;
  return {
    ...job,
    image: { ...job.image, workdir: job.image.workdir ?? REPOSITORY },
    command: isOwn ? { kind: 'arguments', words } : job.command,
    inputs: joined(job.inputs, data.inputs),
    mounts: joined(job.mounts, data.mounts),
    params: new Map([...job.params, ...own]),
    env: new Map([...job.env, ...variables.map(([name, { text: value }]) => [name, [value]] as const)]),
    outputs: outputs.declared ? outputs : { ...outputs, from: ROOT },
  };
}

/** What a defaults file gives every step, and then the step's own; undefined when there is nothing. */
function joined<T>(shared: readonly T[] | undefined, own: readonly T[]): readonly T[] | undefined {
  const all = [...(shared ?? []), ...own];
  return all.length === 0 ? undefined : all;
}
