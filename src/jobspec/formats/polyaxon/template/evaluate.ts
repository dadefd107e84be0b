import { suggestion } from '../../../values/suggest.ts';
import { bool, isTrue, list, lookUp, type PyValue, str } from '../../python/py-value.ts';
import { pythonRepr } from '../../python/python-text.ts';
import { applyOperator, negated } from './arithmetic.ts';
import type { Expression } from './expression.ts';
import { applyFilter } from './filters.ts';
import { TemplateError } from './template-error.ts';

export type Names = ReadonlyMap<string, PyValue>;

/** What an expression is evaluated with. */
export interface Scope {
  readonly names: Names;
  /** Called with a name that is not known, which is then an empty text; undefined: it is an error. */
  readonly tolerate?: ((error: TemplateError) => void) | undefined;
}

/** Stands for what Jinja calls undefined. */
const UNDEFINED = str('');

/** Throws a TemplateError; an unknown name is one, where Jinja would say nothing and print nothing. */
export function evaluate(expression: Expression, scope: Scope): PyValue {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name':
      return namedValue(expression.name, scope);
    case 'list':
      return list(expression.items.map((item) => evaluate(item, scope)));
    case 'member':
      return memberOf(evaluate(expression.of, scope), evaluate(expression.key, scope), scope);
    case 'defined':
      return bool(attempt(expression.of, scope) !== undefined);
    case 'not':
      return bool(!isTrue(evaluate(expression.of, scope)));
    case 'negative':
      return negated(evaluate(expression.of, scope));
    case 'filter':
      return filtered(expression, scope);
    case 'binary':
      return combined(expression, scope);
    case 'if':
      return chosen(expression, scope);
  }
}

function namedValue(name: string, scope: Scope): PyValue {
  const { names } = scope;
  const value = names.get(name);
  if (value !== undefined) return value;
  const hint =
    names.size === 0 ? 'the file has no params: add it below "params"' : suggestion(name, [...names.keys()]);
  return unknown(new UnknownName(`"${name}" is not known`, hint), scope);
}

class UnknownName extends TemplateError {}

function unknown(error: UnknownName, { tolerate }: Scope): PyValue {
  if (tolerate === undefined) throw error;
  tolerate(error);
  return UNDEFINED;
}

/** undefined when a name or member of it is not there. */
function attempt(expression: Expression, { names }: Scope): PyValue | undefined {
  try {
    return evaluate(expression, { names });
  } catch (error) {
    if (error instanceof UnknownName) return undefined;
    throw error;
  }
}

function memberOf(value: PyValue, key: PyValue, scope: Scope): PyValue {
  if (value === UNDEFINED)
    throw new TemplateError(`${pythonRepr(key)} cannot be read from what is not known`);
  if (value.kind === 'dict') {
    const found = lookUp(value.entries, key);
    if (found !== undefined) return found;
    const known = value.entries.flatMap(([name]) => (name.kind === 'str' ? [name.value] : []));
    const error = new UnknownName(`there is no ${pythonRepr(key)} in it`, suggestion(pythonRepr(key), known));
    return unknown(error, scope);
  }
  const items = sequenceOf(value);
  if (items === undefined || key.kind !== 'int')
    return unknown(new UnknownName(`${pythonRepr(key)} cannot be read from it`), scope);
  const found = items.at(Number(key.value));
  if (found === undefined)
    return unknown(new UnknownName(`there are ${items.length} items, and none is [${key.value}]`), scope);
  return found;
}

function sequenceOf(value: PyValue): readonly PyValue[] | undefined {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items;
  return value.kind === 'str' ? [...value.value].map(str) : undefined;
}

function filtered({ of, name, rest }: Extract<Expression, { kind: 'filter' }>, scope: Scope): PyValue {
  const parameters = rest.map((part) => evaluate(part, scope));
  if (name !== 'default' && name !== 'd') return applyFilter(name, evaluate(of, scope), parameters);
  const [fallback = str(''), orFalse] = parameters;
  const value = attempt(of, scope);
  const isTaken = value !== undefined && (orFalse === undefined || !isTrue(orFalse) || isTrue(value));
  return isTaken ? value : fallback;
}

function combined({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scope: Scope): PyValue {
  const first = evaluate(left, scope);
  if (operator === 'and') return isTrue(first) ? evaluate(right, scope) : first;
  if (operator === 'or') return isTrue(first) ? first : evaluate(right, scope);
  return applyOperator(operator, first, evaluate(right, scope));
}

function chosen({ condition, then, otherwise }: Extract<Expression, { kind: 'if' }>, scope: Scope): PyValue {
  if (isTrue(evaluate(condition, scope))) return evaluate(then, scope);
  return otherwise === undefined ? str('') : evaluate(otherwise, scope);
}
