import { UserError } from '../../errors.ts';
import type { Job } from '../job/job.ts';
import type { Template } from '../job/placeholder.ts';
import { placeholdersOf, renderTemplate } from './template.ts';

type Env = Job['env'];
type Values = ReadonlyMap<string, string>;

/**
 * The variables of a run with their values. A variable may use another one as `{{ env.NAME }}`; one that must
 * come from the caller is looked up as `env.NAME` in the values.
 */
export function renderEnvironment(env: Env, values: Values): Values {
  const known = new Map(values);
  const rendered = new Map<string, string>();
  for (const name of orderOf(env)) {
    const template = env.get(name);
    const value = template === undefined ? given(name, values) : renderTemplate(template, known);
    known.set(`env.${name}`, value);
    rendered.set(name, value);
  }
  return new Map([...env.keys()].map((name) => [name, rendered.get(name) ?? '']));
}

function given(name: string, values: Values): string {
  const value = values.get(`env.${name}`);
  if (value !== undefined) return value;
  throw new UserError(`the variable "${name}" has no value`, {
    hint: `set ${name} in the environment of the step or shell, or give it a value in the spec`,
  });
}

/** Names such that each stands behind those it uses. */
function orderOf(env: Env): readonly string[] {
  const ordered = new Set<string>();
  const visit = (name: string): void => {
    if (ordered.has(name)) return;
    for (const used of usedBy(env.get(name))) visit(used);
    ordered.add(name);
  };
  for (const name of env.keys()) visit(name);
  return [...ordered].filter((name) => env.has(name));
}

function usedBy(template: Template | undefined): readonly string[] {
  return placeholdersOf(template ?? [])
    .filter(({ name }) => name.startsWith('env.'))
    .map(({ name }) => name.slice('env.'.length));
}

/** The first variable that uses itself, by way of others or not, with the names in between. */
export function cycleOf(env: Env): readonly string[] | undefined {
  const done = new Set<string>();
  const follow = (name: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const used of usedBy(env.get(name))) {
      const cycle = follow(used, [...trail, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const name of env.keys()) {
    const cycle = follow(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
