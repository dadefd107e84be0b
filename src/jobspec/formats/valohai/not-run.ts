import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { didYouMean } from '../../values/suggest.ts';
import { at, locationOf } from '../../yaml/node.ts';
import type { Item } from './file/items.ts';
import { readTask, type Task } from './tasks/task.ts';

type TaskItem = Item & { kind: 'task' };

interface JobNames {
  /** Names of jobs by those of their steps. */
  readonly slugs: ReadonlyMap<string, string>;
  /** Tasks that are run as a whole, by the names of their jobs. */
  readonly runnable: ReadonlyMap<string, Task>;
}

interface Names extends JobNames {
  /** Names of steps by those of the tasks that run them. */
  readonly tasks: ReadonlyMap<string, string>;
}

/** What becomes of the items that are no steps: their steps are jobs, and what is left undone is reported. */
export function reportNotRun(items: readonly Item[], jobs: JobNames, findings: Findings): void {
  const tasks = items.flatMap((item) => (item.kind === 'task' ? [item.fields] : []));
  const names = { ...jobs, tasks: new Map(tasks.map(({ name, step }) => [name, step])) };
  for (const item of items) reportItem(item, names, findings);
}

function reportItem(item: Item, names: Names, findings: Findings): void {
  switch (item.kind) {
    case 'step':
      break;
    case 'task':
      reportTask(item, names, findings);
      break;
    case 'pipeline':
      reportPipeline(item, names, findings);
      break;
    case 'other':
      findings.notice('no-effect', `the ${item.what} is read, and nothing is deployed`, {
        hint: 'deploy it with Valohai',
        at: item.node.location,
      });
  }
}

function reportTask(item: TaskItem, { slugs, runnable }: Names, findings: Findings): void {
  const { fields, node } = item;
  const { name, step } = fields;
  const slug = slugs.get(step);
  const [job, task] = [...runnable].find(([, one]) => one.node === node) ?? [];
  if (slug === undefined) {
    warnOfUnknown(
      { who: `the task "${name}"`, name: step, known: slugs, at: locationOf(node, ['step']) },
      findings,
    );
  } else if (job === undefined || task === undefined) {
    reportWhy(item, slug, findings);
  } else {
    const message = `the task "${name}" is ${task.size} runs of the step "${step}"`;
    findings.notice('no-effect', message, { hint: `run them with --job ${job}`, at: node.location });
    reportUnused(item, findings);
  }
}

function reportWhy(item: TaskItem, slug: string, findings: Findings): void {
  const { fields, node } = item;
  const sets = fields['parameter-sets']?.flatMap((set) => Object.keys(set)) ?? [];
  const varied = [...new Set([...(fields.parameters ?? []).map((one) => one.name), ...sets])];
  const params = varied.map((one) => ` --param ${one}=…`).join('');
  const read = readTask(item, slug);
  const why = 'why' in read ? `, for ${read.why}` : '';
  const message = `the task "${fields.name}" is not run as a whole${why}: its step is the job "${slug}"`;
  const hint = together(fields, slug) ?? `run it once per set of values: --job ${slug}${params}`;
  findings.notice('no-effect', message, { hint, at: node.location });
}

/** What runs of a task that work together are here; undefined: they do not. */
function together({ type = '', ...fields }: TaskItem['fields'], slug: string): string | undefined {
  if (type.toLowerCase() !== 'distributed') return undefined;
  const count = fields['execution-count'] ?? 2;
  return `run its step on ${count} nodes, whose programs meet by MASTER_ADDR and NODE_RANK: --job ${slug} --override nodes=${count} --override backend=kubernetes`;
}

function reportUnused({ node }: TaskItem, findings: Findings): void {
  const hint = 'each of its runs is completed';
  for (const key of ['stop-condition', 'reuse-children']) {
    const value = at(node, [key]);
    if (value === undefined) continue;
    findings.notice('no-effect', `"${key}" of a task has no effect here`, { hint, at: value.location });
  }
}

type PipelineItem = Item & { kind: 'pipeline' };
type PipelineNode = PipelineItem['fields']['nodes'][number];

function reportPipeline({ fields, node }: PipelineItem, names: Names, findings: Findings): void {
  const { name, nodes } = fields;
  const jobs = [...new Set(nodes.flatMap((one) => names.slugs.get(stepOf(one, names) ?? '') ?? []))];
  const list = jobs.length === 0 ? '' : `: its steps are the jobs ${jobs.join(', ')}`;
  findings.notice('no-effect', `the pipeline "${name}" is not run as a whole${list}`, {
    hint: 'order the jobs in the workflow ("needs"), and hand their outputs on as artifacts',
    at: node.location,
  });
  for (const [index, one] of nodes.entries()) {
    const who = `"${one.name}" of the pipeline "${name}"`;
    const place = (key: string): Location => locationOf(node, ['nodes', index, key]);
    reportNode(one, { ...names, who, place }, findings);
  }
}

function stepOf({ step, task }: PipelineNode, { tasks }: Names): string | undefined {
  return step ?? (task === undefined ? undefined : tasks.get(task));
}

interface NodeContext extends Names {
  readonly who: string;
  readonly place: (key: string) => Location;
}

/** A step of another commit stands in another file. */
function reportNode(node: PipelineNode, { who, place, slugs, tasks }: NodeContext, findings: Findings): void {
  const { step, task, commit, override } = node;
  if (step !== undefined && commit === undefined && !slugs.has(step))
    warnOfUnknown({ who, name: step, known: slugs, at: place('step') }, findings);
  if (task !== undefined && !tasks.has(task))
    warnOfUnknown({ who, name: task, known: tasks, at: place('task') }, findings);
  const keys = Object.keys(override ?? {});
  if (keys.length === 0) return;
  findings.notice('no-effect', `what ${who} overrides is not applied to its step`, {
    hint: `when the job is run, give ${keys.map(replacementOf).join(', ')}`,
    at: place('override'),
  });
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  parameters: '--param <name>=…',
  inputs: '--input <name>=…',
  image: '--override image=…',
};

/** How the caller gives what a node overrides. */
function replacementOf(key: string): string {
  return REPLACEMENTS[key] ?? `"${key}" in a step of its own`;
}

interface UnknownName {
  readonly who: string;
  readonly name: string;
  readonly known: ReadonlyMap<string, string>;
  readonly at: Location;
}

function warnOfUnknown({ who, name, known, at: place }: UnknownName, findings: Findings): void {
  const hint = didYouMean(name, known.keys());
  findings.warning('unknown-name', `${who} names "${name}", which is not in the file`, { hint, at: place });
}
