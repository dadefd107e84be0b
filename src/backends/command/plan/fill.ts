import { UserError } from '../../../errors.ts';
import type { PLACEHOLDERS, Template, TemplateFilter, Words } from '../../../jobspec/job/sites.ts';

type Placeholder = (typeof PLACEHOLDERS)[number];

export interface Values {
  readonly known: Readonly<Partial<Record<Placeholder, unknown>>>;
  readonly options: ReadonlyMap<string, string>;
  /** What `{{ plan.… }}` is looked up in. */
  readonly document?: Readonly<Record<string, unknown>> | undefined;
}

/** What placeholders are looked up in. */
type Scope = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{\{\s*([\w.-]+(?:\s*\|\s*\w+)*)\s*\}\}/g;
const ONLY = /^\{\{\s*([\w.-]+(?:\s*\|\s*\w+)*)\s*\}\}$/;

/** The words of a command line; each stays one, whatever is put into it. */
export function fillWords(words: Words, values: Values): readonly string[] {
  const scope = scopeOf(values);
  return words.flatMap((word) => wordsOf(word, scope));
}

function wordsOf(word: Template, scope: Scope): readonly string[] {
  if (Array.isArray(word)) return (word as readonly Template[]).flatMap((one) => wordsOf(one, scope));
  if (typeof word !== 'object' || word === null) return [fillText(String(word), scope)];
  if (!isRepeated(word)) throw new Error('a word is a text');
  const scopes = scopesIn(word, scope);
  if (scopes.length === 0) return word.else === undefined ? [] : wordsOf(word.else, scope);
  return scopes.flatMap((inner) => wordsOf(word.put, inner));
}

/** A value with everything put into it; what is not there is left out of its map or list. */
export function fillTemplate(template: Template, values: Values): unknown {
  return filled(template, scopeOf(values));
}

function filled(template: Template, scope: Scope): unknown {
  if (typeof template === 'string') {
    const [, only] = ONLY.exec(template) ?? [];
    return only === undefined ? fillText(template, scope) : valueWith(only, scope);
  }
  if (Array.isArray(template)) return itemsOf(template as readonly Template[], scope);
  if (typeof template !== 'object' || template === null) return template;
  if (isRepeated(template)) return repeated(template, scope);
  const pairs = Object.entries(template).map(([key, one]) => [key, filled(one, scope)] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

function repeated(template: Repeated, scope: Scope): unknown {
  const scopes = scopesIn(template, scope);
  if (scopes.length === 0 && template.else !== undefined) return filled(template.else, scope);
  const values = scopes.map((inner) => filled(template.put, inner));
  return template.each === undefined ? values[0] : values;
}

function itemsOf(list: readonly Template[], scope: Scope): readonly unknown[] {
  return list.flatMap((one) => {
    const value = filled(one, scope);
    if (value === undefined) return [];
    return isRepeated(one) && one.each !== undefined && Array.isArray(value) ? value : [value];
  });
}

interface Repeated {
  readonly each?: string;
  readonly if?: string;
  readonly put: Template;
  readonly else?: Template;
}

function isRepeated(template: Template): template is Template & Repeated {
  if (typeof template !== 'object' || template === null || Array.isArray(template)) return false;
  return 'put' in template && ('each' in template || 'if' in template);
}

/** What holds for each of the items; none where a condition does not hold. */
function scopesIn({ each, if: condition = '' }: Repeated, scope: Scope): readonly Scope[] {
  if (each === undefined) return isThere(lookUp(condition, scope)) ? [scope] : [];
  const value = lookUp(each, scope);
  if (Array.isArray(value)) return value.map((item: unknown) => ({ ...scope, item }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, one]) => ({ ...scope, item: { key, value: one as unknown } }));
}

function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== '' && value !== 0 && value !== false && value !== null;
}

function fillText(text: string, scope: Scope): string {
  return text.replace(PLACEHOLDER, (written, inside: string) => {
    const value = valueWith(inside, scope);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value);
    throw new UserError(`the run has no value for ${written} of the place`, {
      code: 'place',
      hint: 'let the operator write it below "if" in the description of the place',
    });
  });
}

const FILTERS: Readonly<Record<TemplateFilter, (value: unknown) => unknown>> = {
  mib: (value) => inUnits(value, 2 ** 20),
  gib: (value) => inUnits(value, 2 ** 30),
  text: (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
};

/** Rounded up: whoever gets less than was asked for may fail. */
function inUnits(bytes: unknown, unit: number): unknown {
  return typeof bytes === 'number' ? Math.ceil(bytes / unit) : bytes;
}

/** What a placeholder stands for, through the filters that are behind it. */
function valueWith(inside: string, scope: Scope): unknown {
  const [path = '', ...filters] = inside.split('|').map((part) => part.trim());
  return filters.reduce((value, name) => FILTERS[name as TemplateFilter](value), lookUp(path, scope));
}

function lookUp(path: string, scope: Scope): unknown {
  const isInPlan = path.startsWith('plan.');
  let value: unknown = isInPlan ? scope['document'] : scope;
  for (const key of (isInPlan ? path.slice('plan.'.length) : path).split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Scope)[key];
  }
  return value;
}

function scopeOf({ document, known, options }: Values): Scope {
  return { ...known, document, options: Object.fromEntries(options) };
}
