import { suggestion } from '../../../values/suggest.ts';
import { float, int, numberOf, type PyValue, str } from '../../python/py-value.ts';
import { pythonRepr, pythonText } from '../../python/python-text.ts';
import { plainScalar } from '../../python/pyyaml-scalars.ts';
import { TemplateError } from './template-error.ts';

type Filter = (value: PyValue, parameters: readonly PyValue[]) => PyValue;

/** https://jinja.palletsprojects.com/en/stable/templates/#list-of-builtin-filters; a row each. */
const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['length', (value) => int(BigInt(lengthOf(value)))],
  ['count', (value) => int(BigInt(lengthOf(value)))],
  ['join', (value, [between]) => joined(itemsOf(value), textOr(between, ''))],
  ['lower', (value) => str(pythonText(value).toLowerCase())],
  ['upper', (value) => str(pythonText(value).toUpperCase())],
  ['trim', (value) => str(pythonText(value).trim())],
  ['string', (value) => str(pythonText(value))],
  ['replace', (value, [from, to]) => replaced(pythonText(value), textOr(from, ''), textOr(to, ''))],
  ['float', (value) => float(Number(numeric(value) ?? 0))],
  ['int', (value) => int(whole(numeric(value) ?? 0))],
  ['abs', (value) => absolute(value)],
  ['round', (value, [digits]) => rounded(value, digits)],
  ['first', (value) => one(itemsOf(value).at(0))],
  ['last', (value) => one(itemsOf(value).at(-1))],
]);

const KNOWN = ['default', ...FILTERS.keys()];

export function applyFilter(name: string, value: PyValue, parameters: readonly PyValue[]): PyValue {
  const filter = FILTERS.get(name);
  if (filter === undefined)
    throw new TemplateError(`the filter "${name}" is not known`, suggestion(name, KNOWN));
  return filter(value, parameters);
}

function lengthOf(value: PyValue): number {
  return value.kind === 'dict' ? value.entries.length : itemsOf(value).length;
}

function itemsOf(value: PyValue): readonly PyValue[] {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items;
  if (value.kind === 'str') return [...value.value].map(str);
  if (value.kind === 'dict') return value.entries.map(([key]) => key);
  throw new TemplateError(`${pythonRepr(value)} has no items`);
}

function textOr(value: PyValue | undefined, fallback: string): string {
  return value === undefined ? fallback : pythonText(value);
}

/** A text that is put in many times must not fill the memory. */
const MAX_LENGTH = 1024 * 1024;

function joined(items: readonly PyValue[], between: string): PyValue {
  checkLength(items.length * between.length);
  return str(items.map(pythonText).join(between));
}

function replaced(text: string, from: string, to: string): PyValue {
  checkLength(text.length * to.length);
  return str(text.replaceAll(from, () => to));
}

function checkLength(length: number): void {
  if (length > MAX_LENGTH) throw new TemplateError('a text becomes too long');
}

function one(value: PyValue | undefined): PyValue {
  if (value !== undefined) return value;
  throw new TemplateError('there are no items');
}

/** A text counts as the number that it shows. */
function numeric(value: PyValue): bigint | number | undefined {
  if (value.kind !== 'str') return numberOf(value);
  const text = value.value.trim();
  return /^[-+]?[\d.]+[eE][-+]?\d+$/.test(text) ? Number(text) : numberOf(plainScalar(text));
}

function whole(value: bigint | number): bigint {
  if (typeof value === 'bigint') return value;
  if (!Number.isFinite(value)) throw new TemplateError(`${value} is not a whole number`);
  return BigInt(Math.trunc(value));
}

function numberFor(value: PyValue): bigint | number {
  const number = numberOf(value);
  if (number !== undefined) return number;
  throw new TemplateError(`${pythonRepr(value)} is not a number`);
}

function absolute(value: PyValue): PyValue {
  const number = numberFor(value);
  return typeof number === 'bigint' ? int(number < 0n ? -number : number) : float(Math.abs(number));
}

const MOST_PLACES = 15;

function rounded(value: PyValue, digits: PyValue | undefined): PyValue {
  const places = digits === undefined ? 0 : Number(numberFor(digits));
  if (!Number.isInteger(places) || places < 0 || places > MOST_PLACES) {
    throw new TemplateError(`"round" takes 0 to ${MOST_PLACES} places`);
  }
  const factor = 10 ** places;
  return float(Math.round(Number(numberFor(value)) * factor) / factor);
}
