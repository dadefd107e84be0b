import type { InputsRead } from './action.ts';
import { readInputs } from './action.ts';

/** The inputs of `run/action.yml`, by its names. */
export const RUN_INPUTS = [
  'from',
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
] as const;

const OWN = ['from', 'leg'] as const;

type Variables = Readonly<Record<string, string | undefined>>;

/** What the step that starts the runs of another job has beside the inputs of the action. */
export interface RunInputs {
  /** The output `result` of that job. */
  readonly from: string;
  /** The combination of a matrix. */
  readonly leg: string | undefined;
  readonly job: string | undefined;
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
  const job = text('job');
  return { from: text('from') ?? '', leg: text('leg'), job: job === 'all' ? undefined : job };
}

function variableOf(name: string): string {
  return `INPUT_${name.toUpperCase()}`;
}
