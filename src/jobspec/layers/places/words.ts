import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { PLACEHOLDERS, TEMPLATE_FILTERS, type Template, type Words } from '../../job/sites.ts';
import { Value } from '../../yaml/node.ts';

/** What may be said where: a program that submits has no id yet. */
const SUBMIT = [
  ...['name', 'hash', 'image', 'plan', 'grace', 'folder', 'argv', 'command', 'encoded', 'variables'],
];
const KNOWN = {
  submit: SUBMIT,
  // A word of a command line is seen by everybody on the machine, and a private file is not.
  files: [...SUBMIT, 'secrets'],
  status: ['name', 'id'],
  logs: ['name', 'id', 'cursor'],
  cancel: ['name', 'id', 'grace'],
  remove: ['name', 'id', 'item'],
  outputs: ['name', 'id', 'path', 'source', 'folder'],
  list: ['name'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type PlaceCommand = keyof typeof KNOWN;

export const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const OPTION = /^options\.[A-Za-z][\w-]*$/;
const PLAN = /^plan(?:\.[\w-]+)+$/;
const ITEM = /^item(?:\.(?:key|value))?$/;
const READ = /^read\.[\w-]+$/;
const DEEPEST = 20;

/** A command line of a place. */
export function words(command: PlaceCommand) {
  return template(command).transform((value, context): Words => {
    if (Array.isArray(value) && value.length > 0 && typeof value[0] === 'string') return value;
    return problem(context, value, new UserError('a command line is a list of words', { hint: LIST }));
  });
}

const LIST = 'write it as in [qsub, --name, "{{ name }}"]; the first word is the program';

export function template(command: PlaceCommand) {
  return z.unknown().transform((value, context): Template => {
    try {
      return templateOf(value, { command, each: false, depth: 0 });
    } catch (error) {
      return problem(context, value, error);
    }
  });
}

function problem(context: z.core.$RefinementCtx, input: unknown, error: unknown): never {
  if (!(error instanceof UserError)) throw error;
  const params = { hint: error.findings[0]?.hint };
  context.issues.push({ code: 'custom', message: error.message, input, params });
  return z.NEVER;
}

interface Place {
  readonly command: PlaceCommand;
  /** `{{ item }}` is known here. */
  readonly each: boolean;
  readonly depth: number;
}

function templateOf(value: unknown, place: Place): Template {
  if (place.depth > DEEPEST) throw new UserError('the template is too deep', { code: 'defaults' });
  const below = { ...place, depth: place.depth + 1 };
  if (typeof value === 'string') return checkText(value, place);
  if (value instanceof Value) return constantOf(value);
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((one) => templateOf(one, below));
  return mapOf(value as Readonly<Record<string, unknown>>, below);
}

/** A map of `each` and `put` is a list with one item for each that there is; one of `if` and `put`, a condition. */
function mapOf(map: Readonly<Record<string, unknown>>, place: Place): Template {
  const key = 'each' in map ? 'each' : 'if';
  const over = map[key];
  if (typeof over === 'string' && 'put' in map) {
    checkPath(over, place);
    const each = place.each || key === 'each';
    const put = templateOf(map['put'], { ...place, each });
    if (!('else' in map)) return { [key]: over, put };
    return { [key]: over, put, else: templateOf(map['else'], place) };
  }
  return Object.fromEntries(Object.entries(map).map(([name, one]) => [name, templateOf(one, place)]));
}

function constantOf({ content }: Value): Template {
  if (typeof content === 'number' || typeof content === 'boolean') return content;
  throw new UserError('this value is not allowed', { code: 'defaults' });
}

function checkText(text: string, place: Place): string {
  for (const [, inside = ''] of text.matchAll(PLACEHOLDER)) {
    const [path = '', ...filters] = inside.split('|').map((part) => part.trim());
    checkPath(path, place);
    for (const filter of filters) checkFilter(filter);
  }
  return text;
}

function checkFilter(name: string): void {
  if (TEMPLATE_FILTERS.some((one) => one === name)) return;
  throw new UserError(`"| ${name}" is no filter`, {
    code: 'defaults',
    hint: `there are: ${TEMPLATE_FILTERS.join(', ')}`,
  });
}

function checkPath(inside: string, { command, each }: Place): void {
  const known: readonly string[] = KNOWN[command];
  if (known.includes(inside) || OPTION.test(inside) || (each && ITEM.test(inside))) return;
  if (known.includes('plan') && PLAN.test(inside)) return;
  if (command === 'logs' && READ.test(inside)) return;
  const isElsewhere = PLACEHOLDERS.some((one) => one === inside);
  throw new UserError(
    `"{{ ${inside} }}" ${isElsewhere ? `has no value in "${command}"` : 'is no placeholder'}`,
    {
      code: 'defaults',
      hint: `there are: ${[...known, 'options.NAME'].map((one) => `{{ ${one} }}`).join(', ')}`,
    },
  );
}

/** Every option that a template asks for. */
export function optionsIn(value: Template): readonly string[] {
  if (typeof value === 'string')
    return [...value.matchAll(PLACEHOLDER)].flatMap(([, inside = '']) => optionIn(inside));
  if (typeof value !== 'object' || value === null) return [];
  const list: readonly Template[] = Array.isArray(value) ? value : Object.values(value);
  const over = Array.isArray(value) ? [] : [(value as { if?: unknown }).if].flatMap(optionIn);
  return [...over, ...list.flatMap(optionsIn)];
}

function optionIn(path: unknown): readonly string[] {
  return typeof path === 'string' && OPTION.test(path) ? [path.slice('options.'.length)] : [];
}
