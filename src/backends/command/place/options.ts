import { UserError } from '../../../errors.ts';
import { jsonIn } from '../../../json.ts';
import type { Handle } from '../../../run/types/handle.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
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
  const { name, site } = place;
  const options = optionsOver(ownOptions(run), place);
  const unknown = [...options.keys()].find((key) => !site.options.has(key));
  if (unknown !== undefined) {
    const there = [...site.options.keys()];
    throw new UserError(`the place "${name}" has no option "${unknown}"`, {
      code: 'place',
      hint: there.length === 0 ? 'it has none' : `it has: ${there.join(', ')}`,
    });
  }
  const [wrong] =
    Object.entries(ownOptions(run) ?? {}).find(([key, value]) => !isAllowed(key, value, place)) ?? [];
  if (wrong !== undefined)
    throw new UserError(`the place "${name}" does not take that value of the option "${wrong}"`, {
      code: 'place',
      hint: `it has to match ${site.allowed.get(wrong)?.source}`,
    });
  const missing = site.required.find((key) => options.get(key) === '');
  if (missing === undefined) return options;
  throw new UserError(`the place "${name}" needs the option "${missing}"`, {
    code: 'place',
    hint: `write "backend: { command: { place: ${name}, options: { ${missing}: … } } }", or let the operator give it a default`,
  });
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
