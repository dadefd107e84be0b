import type { Finding, Location } from '../../../errors.ts';
import { didYouMean } from '../../values/suggest.ts';
import { at, placeOf } from '../../yaml/node.ts';
import type { Item } from './items.ts';
import { readTask, type Task } from './tasks/task.ts';

type TaskItem = Item & { kind: 'task' };
type Slugs = ReadonlyMap<string, string>;

interface Names {
  /** Names of jobs by those of their steps. */
  readonly slugs: Slugs;
  /** Tasks that are run as a whole, by the names of their jobs. */
  readonly runnable: ReadonlyMap<string, Task>;
  /** Names of steps by those of the tasks that run them. */
  readonly tasks: ReadonlyMap<string, string>;
}

/** What becomes of the items that are no steps: their steps are jobs, and what is left undone is said. */
export function tellNotRun(
  items: readonly Item[],
  slugs: Slugs,
  runnable: ReadonlyMap<string, Task>,
): readonly Finding[] {
  const tasks = items.flatMap((item) => (item.kind === 'task' ? [item.fields] : []));
  const names = { slugs, runnable, tasks: new Map(tasks.map(({ name, step }) => [name, step])) };
  return items.flatMap((item) => tell(item, names));
}

function tell(item: Item, names: Names): readonly Finding[] {
  switch (item.kind) {
    case 'step':
      return [];
    case 'task':
      return tellTask(item, names);
    case 'pipeline':
      return tellPipeline(item, names);
    case 'other': {
      const message = `the ${item.what} is read, and nothing is deployed`;
      return [notice(message, 'deploy it with Valohai', item.node.location)];
    }
  }
}

function tellTask(item: TaskItem, { slugs, runnable }: Names): readonly Finding[] {
  const { fields, node } = item;
  const { name, step } = fields;
  const slug = slugs.get(step);
  if (slug === undefined) return [unknown(`the task "${name}"`, step, slugs, placeOf(node, ['step']))];
  const [job, task] = [...runnable].find(([, one]) => one.node === node) ?? [];
  if (job === undefined || task === undefined) return [tellWhy(item, slug)];
  const message = `the task "${name}" is ${task.size} runs of the step "${step}"`;
  return [notice(message, `run them with --job ${job}`, node.location), ...tellUnused(item)];
}

function tellWhy(item: TaskItem, slug: string): Finding {
  const { fields, node } = item;
  const sets = fields['parameter-sets']?.flatMap((set) => Object.keys(set)) ?? [];
  const varied = [...new Set([...(fields.parameters ?? []).map((one) => one.name), ...sets])];
  const params = varied.map((one) => ` --param ${one}=…`).join('');
  const read = readTask(item, slug);
  const why = 'why' in read ? `, for ${read.why}` : '';
  const message = `the task "${fields.name}" is not run as a whole${why}: its step is the job "${slug}"`;
  return notice(message, `run it once per set of values: --job ${slug}${params}`, node.location);
}

function tellUnused({ node }: TaskItem): readonly Finding[] {
  return ['stop-condition', 'reuse-children'].flatMap((key) => {
    const value = at(node, [key]);
    if (value === undefined) return [];
    return [notice(`"${key}" of a task has no effect here`, 'each of its runs is completed', value.location)];
  });
}

type PipelineItem = Item & { kind: 'pipeline' };
type PipelineNode = PipelineItem['fields']['nodes'][number];

function tellPipeline({ fields, node }: PipelineItem, names: Names): readonly Finding[] {
  const { name, nodes } = fields;
  const jobs = [...new Set(nodes.flatMap((one) => names.slugs.get(stepOf(one, names) ?? '') ?? []))];
  const list = jobs.length === 0 ? '' : `: its steps are the jobs ${jobs.join(', ')}`;
  const whole = notice(
    `the pipeline "${name}" is not run as a whole${list}`,
    'order the jobs in the workflow ("needs"), and hand their outputs on as artifacts',
    node.location,
  );
  const details = nodes.flatMap((one, index) =>
    tellNode(
      `"${one.name}" of the pipeline "${name}"`,
      one,
      (key) => placeOf(node, ['nodes', index, key]),
      names,
    ),
  );
  return [whole, ...details];
}

function stepOf({ step, task }: PipelineNode, { tasks }: Names): string | undefined {
  return step ?? (task === undefined ? undefined : tasks.get(task));
}

/** A step of another commit stands in another file. */
function tellNode(
  who: string,
  node: PipelineNode,
  place: (key: string) => Location,
  { slugs, tasks }: Names,
): readonly Finding[] {
  const { step, task, commit, override } = node;
  const findings: Finding[] = [];
  if (step !== undefined && commit === undefined && !slugs.has(step))
    findings.push(unknown(who, step, slugs, place('step')));
  if (task !== undefined && !tasks.has(task)) findings.push(unknown(who, task, tasks, place('task')));
  if (override !== undefined) {
    const message = `what ${who} overrides is not applied to its step`;
    findings.push(
      notice(message, 'give it with --override and --param when the job is run', place('override')),
    );
  }
  return findings;
}

function unknown(who: string, name: string, known: ReadonlyMap<string, string>, location: Location): Finding {
  const message = `${who} names "${name}", which is not in the file`;
  return { level: 'warning', code: 'unknown-name', message, hint: didYouMean(name, known.keys()), location };
}

function notice(message: string, hint: string, location: Location): Finding {
  return { level: 'notice', code: 'no-effect', message, hint, location };
}
