import type { InputsRead } from './action.ts';
import { readInputs } from './action.ts';

/** The inputs of `run/action.yml`, by its names. */
export const RUN_INPUTS = [
  'from',
  'plan',
  'run-id',
  'images',
  'secrets',
  'job',
  'leg',
  'detach',
  'artifact',
  'attest',
  'summary',
  'registry-auth',
  'defaults',
  'data',
  'github-token',
  'job-index',
] as const;

const OWN = ['from', 'plan', 'run-id', 'images', 'secrets', 'leg'] as const;

type Variables = Readonly<Record<string, string | undefined>>;

/** What the step that starts the runs of another job has beside the inputs of the action. */
export interface RunInputs {
  /** The output `result` of that job; empty where a plan is given. */
  readonly from: string;
  /** The run that another repository has sent; undefined: none was. */
  readonly sent: SentInputs | undefined;
  /** The combination of a matrix. */
  readonly leg: string | undefined;
  readonly job: string | undefined;
}

/** A run of another repository, and what of it the owner of this workflow allows. */
export interface SentInputs {
  /** Its plan by digest. */
  readonly plan: string;
  readonly run: string | undefined;
  /** Repositories whose images are run; one that ends in `/*` stands for all below. */
  readonly images: readonly string[];
  /** Names of secrets that such runs may have. */
  readonly secrets: readonly string[];
}

/** What the other inputs mean for the action they mean here. */
export function readRunStep(env: Variables): InputsRead {
  const own = new Set<string>(OWN.map(variableOf));
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)));
  return readInputs(others, RUN_INPUTS);
}

export function readRunInputs(env: Variables): RunInputs {
  const text = (name: (typeof RUN_INPUTS)[number]): string | undefined =>
    env[variableOf(name)]?.trim() || undefined;
  const words = (name: 'images' | 'secrets'): readonly string[] =>
    (text(name) ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const job = text('job');
  const plan = text('plan');
  const sent =
    plan === undefined
      ? undefined
      : { plan, run: text('run-id'), images: words('images'), secrets: words('secrets') };
  return { from: text('from') ?? '', sent, leg: text('leg'), job: job === 'all' ? undefined : job };
}

function variableOf(name: string): string {
  return `INPUT_${name.toUpperCase()}`;
}
