import type { Finding } from '../../../errors.ts';
import { Findings } from '../../../findings.ts';
import type { ReadingRules } from '../../../inputs/reading.ts';
import type { SpecFile } from '../../file/spec-file.ts';
import { locationOf } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/yaml.ts';
import { LENIENCE } from '../python/twice.ts';
import { type Item, readItems } from './file/items.ts';
import { slugOf } from './file/words.ts';
import { reportNotRun } from './not-run.ts';
import { readStep, type Step, warnOfTwo } from './step/step.ts';
import { readTask, type Task } from './tasks/task.ts';

export interface ValohaiFile {
  /** By the name of the job that each becomes. */
  readonly steps: ReadonlyMap<string, Step>;
  /** The name of the job by the name of the step. */
  readonly slugs: ReadonlyMap<string, string>;
  /** Those that are run as a whole, by the name of the job that each becomes. */
  readonly tasks: ReadonlyMap<string, Task>;
  /** Findings of the file, not of one of its steps. */
  readonly findings: readonly Finding[];
}

export function readFile(file: SpecFile, { strict }: ReadingRules): ValohaiFile {
  const ofItems = new Findings();
  const items = readItems(
    parseYaml(file.text, file.path, { twice: strict ? undefined : ofItems, lenience: LENIENCE }),
    strict,
    ofItems,
  );
  const findings = new Findings();
  const named = stepsOf(items, findings);
  findings.add(ofItems.all);
  const slugs = new Map<string, string>();
  const steps = new Map<string, Step>();
  for (const [name, step] of named) {
    const slug = slugOf(name, (taken) => steps.has(taken));
    slugs.set(name, slug);
    steps.set(slug, step);
  }
  const tasks = tasksOf(items, slugs);
  reportNotRun(items, { slugs, runnable: tasks }, findings);
  return { steps, slugs, tasks, findings: findings.all };
}

function tasksOf(items: readonly Item[], slugs: ReadonlyMap<string, string>): ReadonlyMap<string, Task> {
  const steps = new Set(slugs.values());
  const tasks = new Map<string, Task>();
  for (const item of items) {
    const step = item.kind === 'task' ? slugs.get(item.fields.step) : undefined;
    if (item.kind !== 'task' || step === undefined) continue;
    const task = readTask(item, step);
    if ('why' in task) continue;
    tasks.set(
      slugOf(task.name, (taken) => steps.has(taken) || tasks.has(taken)),
      task,
    );
  }
  return tasks;
}

function stepsOf(items: readonly Item[], findings: Findings): ReadonlyMap<string, Step> {
  const steps = new Map<string, Step>();
  for (const item of items) {
    if (item.kind !== 'step') continue;
    const { name } = item.fields;
    if (steps.has(name)) warnOfTwo('step', name, locationOf(item.node, ['name']), findings);
    steps.set(name, readStep(item.fields, item.node));
  }
  return steps;
}
