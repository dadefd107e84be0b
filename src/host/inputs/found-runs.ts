import { UserError } from '../../errors.ts';
import { type InputsRead, readInputs } from './action.ts';

/** The inputs of `reap/action.yml`, by its names. */
export const REAP_INPUTS = ['backend', 'dry-run', 'spec', 'working-directory', 'defaults'] as const;
/** The inputs of `attach/action.yml`, by its names. */
export const ATTACH_INPUTS = [
  'run',
  'backend',
  'spec',
  'working-directory',
  'defaults',
  'artifact',
  'attest',
  'registry-auth',
  'github-token',
] as const;

type Variables = Readonly<Record<string, string | undefined>>;

/** What the steps about runs that are there have beside the inputs of the action. */
export interface RunsInputs {
  /** The place that is asked, as a spec writes it; undefined: what the spec says. */
  readonly backend: string | undefined;
  readonly run: string | undefined;
  readonly dryRun: boolean;
}

const OWN = ['backend', 'run', 'dry-run'] as const;

function variableOf(name: (typeof OWN)[number]): string {
  return `INPUT_${name.toUpperCase()}`;
}

/** What the other inputs mean for the action they mean here. */
export function readOthers(env: Variables, known: readonly string[]): InputsRead {
  const own = new Set(OWN.filter((name) => known.includes(name)).map(variableOf));
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)));
  return readInputs(others, known);
}

export function readRunsInputs(env: Variables): RunsInputs {
  const text = (name: (typeof OWN)[number]): string | undefined => env[variableOf(name)]?.trim() || undefined;
  const dryRun = text('dry-run') ?? 'false';
  if (!/^(?:true|false)$/i.test(dryRun)) {
    throw new UserError(`input \`dry-run\`: "${dryRun}" is not true or false`, {
      code: 'input',
      hint: 'write true or false',
    });
  }
  return { backend: text('backend'), run: text('run'), dryRun: dryRun.toLowerCase() === 'true' };
}
