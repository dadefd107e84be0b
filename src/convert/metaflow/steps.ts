import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { escapeBraces, type Field } from '../draft/fields.ts';
import { report, reportComputed } from '../not-converted.ts';
import { lastPart, type PyCall, scalarOf } from '../python/value.ts';
import type { Flow } from './flow.ts';

export const CLUSTERS = ['kubernetes', 'batch'];
export const PACKAGES = ['pypi', 'pypi_base', 'conda', 'conda_base'];

/** A decorator with what it stands above. */
export interface Decorated {
  readonly decorator: PyCall;
  /** As messages name it. */
  readonly owner: string;
  /** undefined: of the whole flow. */
  readonly step: string | undefined;
  /** Whether it stands in the file; else the command line adds it to each step. */
  readonly isOwn: boolean;
}

export function decoratedOf(flow: Flow, added: readonly PyCall[]): readonly Decorated[] {
  const ofFlow = flow.decorators.map((decorator) => ({
    decorator,
    owner: 'the flow',
    step: undefined,
    isOwn: true,
  }));
  const ofSteps = flow.steps.flatMap(({ name, decorators }) => {
    const own = decorators.map((decorator) => ({ decorator, owner: `"${name}"`, step: name, isOwn: true }));
    const has = (one: PyCall): boolean => decorators.some((other) => lastPart(other.name) === one.name);
    const others = added.filter((one) => !has(one));
    return [
      ...own,
      ...others.map((decorator) => ({ decorator, owner: `"${name}"`, step: name, isOwn: false })),
    ];
  });
  return [...ofFlow, ...ofSteps];
}

/** What decorators become, where that is not said elsewhere; undefined: they work inside the job as well. */
const INSTEAD: Readonly<Record<string, string>> = {
  schedule: 'write "on: schedule" in the workflow',
  trigger: 'start the workflow by the event',
  trigger_on_finish: 'start the workflow by the event',
  parallel: 'a job runs on one machine',
  torchrun: 'a job runs on one machine',
  secrets: 'the step reads them from its store: name the variables that it needs for that below "secrets"',
  exit_hook: 'write a step of the workflow that runs after the job',
};

/** Tells what has to leave the flow, and what is done elsewhere. */
export function reportDecorators(flow: Flow, all: readonly Decorated[], findings: Findings): void {
  for (const { decorator, owner, isOwn } of all) {
    const name = lastPart(decorator.name);
    if (!isOwn) continue;
    if (CLUSTERS.includes(name))
      reportRemoval(name, owner, 'it would start the step on its cluster', decorator.at, findings);
    if (PACKAGES.includes(name))
      reportRemoval(
        name,
        owner,
        'Metaflow refuses it without --environment, and the image has the packages',
        decorator.at,
        findings,
      );
    const instead = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
    if (instead !== undefined && isMetaflows(decorator))
      report(`@${name} of ${owner}: ${instead}`, decorator.at, findings);
  }
  if (all.some(({ decorator }) => PACKAGES.includes(lastPart(decorator.name)))) return;
  const message =
    'packages: the flow names none; those of the repository\'s requirements are installed, others go into "image.packages"';
  report(message, flow.at, findings);
}

function isMetaflows({ name }: PyCall): boolean {
  return name.startsWith('metaflow.') || !name.includes('.');
}

function reportRemoval(name: string, owner: string, why: string, at: Location, findings: Findings): void {
  report(`remove @${name} of ${owner} from the flow: ${why}`, at, findings);
}

/** Variables of all steps; Metaflow still sets those of each. */
export function environmentOf(
  all: readonly Decorated[],
  findings: Findings,
): Readonly<Record<string, Field>> {
  const env = new Map<string, string>();
  for (const { decorator, owner } of all) {
    if (lastPart(decorator.name) !== 'environment') continue;
    const vars = decorator.keywords.get('vars');
    if (vars?.kind !== 'dict') {
      if (vars !== undefined) reportComputed(`@environment of ${owner}`, vars, findings);
      continue;
    }
    for (const [key, value] of vars.entries) {
      const [name, text] = [scalarOf(key), scalarOf(value)];
      if (name === undefined || text === undefined)
        reportComputed(`@environment of ${owner}: ${name ?? ''}`, value, findings);
      else if ((env.get(name) ?? text) !== text)
        report(
          `${name} of ${owner} is another value than in other steps, and is left to the flow`,
          key.at,
          findings,
        );
      else env.set(name, text);
    }
  }
  return Object.fromEntries([...env].map(([name, text]) => [name, escapeBraces(text)]));
}
