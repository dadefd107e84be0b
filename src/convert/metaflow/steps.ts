import type { Findings } from '../../findings.ts';
import { Environment } from '../environment.ts';
import { report } from '../not-converted.ts';
import { lastPart, type PyCall } from '../python/value.ts';
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
  for (const one of all) if (one.isOwn) reportDecorator(one, findings);
  if (all.some(({ decorator }) => PACKAGES.includes(lastPart(decorator.name)))) return;
  const message =
    'packages: the flow names none; those of the repository\'s requirements are installed, others go into "image.packages"';
  report(message, flow.at, findings);
}

function reportDecorator({ decorator, owner, step }: Decorated, findings: Findings): void {
  const name = lastPart(decorator.name);
  const what = step === undefined ? `@${name}` : `@${name} of ${owner}`;
  const why = CLUSTERS.includes(name) ? ON_A_CLUSTER : PACKAGES.includes(name) ? REFUSED : undefined;
  if (why !== undefined) report(`remove ${what} from the flow: ${why}`, decorator.at, findings);
  const instead = Object.hasOwn(INSTEAD, name) ? INSTEAD[name] : undefined;
  if (instead !== undefined && isMetaflows(decorator)) report(`${what}: ${instead}`, decorator.at, findings);
}

const ON_A_CLUSTER = 'it would start the step on its cluster';
const REFUSED = 'Metaflow refuses it without --environment, and the image has the packages';

function isMetaflows({ name }: PyCall): boolean {
  return name.startsWith('metaflow.') || !name.includes('.');
}

/** Variables of all steps; Metaflow still sets those of each. */
export function environmentOf(all: readonly Decorated[], findings: Findings): Environment {
  const environment = new Environment();
  for (const { decorator, owner } of all) {
    if (lastPart(decorator.name) !== 'environment') continue;
    environment.addAll(`@environment of ${owner}`, decorator.keywords.get('vars'), findings);
  }
  return environment;
}
