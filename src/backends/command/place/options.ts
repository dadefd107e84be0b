import { Findings } from '../../../findings.ts';
import type { Origins } from '../../../jobspec/job/job.ts';
import { jsonIn } from '../../../json.ts';
import type { Handle } from '../../../run/types/handle.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { whereBackend } from '../../../run/types/written-run.ts';
import { CommandOptions } from '../../types/command-options.ts';
import type { Known } from './known.ts';
import type { CommandPlace } from './place.ts';

type Place = Pick<CommandPlace, 'name' | 'site'>;

/** What the spec says, which its reader has checked; undefined: nothing. */
export function ownOptions({
  backend,
}: Pick<RunPlan, 'backend'>): Readonly<Record<string, string>> | undefined {
  const { options } = backend.options as CommandOptions;
  return options === undefined || options.size === 0 ? undefined : Object.fromEntries(options);
}

/** What the spec says, over what the operator has for defaults; an option that the place does not have is refused. */
export function optionsOf(run: Pick<RunPlan, 'backend'>, place: Place): ReadonlyMap<string, string> {
  const findings = new Findings();
  refuseOptions({ run, origins: new Map() }, place, findings);
  findings.throwIfErrors();
  return optionsOver(ownOptions(run), place);
}

/** Refuses options that the place does not have, or not with these values, and those that it needs. */
export function refuseOptions(
  { run, origins }: { readonly run: Pick<RunPlan, 'backend'>; readonly origins: Origins },
  place: Place,
  findings: Findings,
): void {
  const { name, site } = place;
  const refuse = (message: string, hint: string, ...options: readonly string[]): void =>
    findings.error('place', message, { hint, at: whereBackend({ origins }, 'command', ...options) });
  const own = ownOptions(run) ?? {};
  const there = [...site.options.keys()];
  for (const [key, value] of Object.entries(own)) {
    if (!site.options.has(key))
      refuse(
        `the place "${name}" has no option "${key}"`,
        there.length === 0 ? 'it has none' : `it has: ${there.join(', ')}`,
        `options.${key}`,
      );
    else if (!isAllowed(key, value, place))
      refuse(
        `the place "${name}" does not take that value of the option "${key}"`,
        `it has to match ${site.allowed.get(key)?.source}`,
        `options.${key}`,
      );
  }
  const given = optionsOver(own, place);
  for (const missing of site.required.filter((key) => given.get(key) === ''))
    refuse(
      `the place "${name}" needs the option "${missing}"`,
      `write "backend: { command: { place: ${name}, options: { ${missing}: … } } }", or let the operator give it a default`,
      'options',
    );
}

function isAllowed(key: string, value: string, { site }: Place): boolean {
  return site.allowed.get(key)?.test(value) ?? true;
}

/** Of a run that was handed in: what it said then. */
export function optionsOver(
  own: Readonly<Record<string, string>> | undefined,
  { site }: Pick<Place, 'site'>,
): ReadonlyMap<string, string> {
  return new Map([...site.options, ...Object.entries(own ?? {})]);
}

/** What a handle keeps of them; another may have written it. */
export function nativeOptions(own: Known['options']): Handle['native'] {
  return own === undefined ? {} : { options: JSON.stringify(own) };
}

export function optionsIn({ native }: Handle): Readonly<Record<string, string>> | undefined {
  const value = native['options'] === undefined ? undefined : jsonIn(native['options']);
  const read = CommandOptions.safeParse({ options: value });
  return read.data?.options === undefined ? undefined : Object.fromEntries(read.data.options);
}
