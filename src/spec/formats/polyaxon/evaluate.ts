import { suggestion } from '../../suggest.ts';
import { bool, isTrue, list, lookUp, type PyValue, str } from '../python/py-value.ts';
import { pythonRepr } from '../python/python-text.ts';
import { applyOperator, negated } from './arithmetic.ts';
import type { Expression } from './expression.ts';
import { applyFilter } from './filters.ts';
import { TemplateError } from './template-error.ts';

export type Names = ReadonlyMap<string, PyValue>;

/** Throws a TemplateError; an unknown name is one, where Jinja would say nothing and print nothing. */
export function evaluate(expression: Expression, names: Names): PyValue {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name':
      return namedValue(expression.name, names);
    case 'list':
      return list(expression.items.map((item) => evaluate(item, names)));
    case 'member':
      return memberOf(evaluate(expression.of, names), evaluate(expression.key, names));
    case 'defined':
      return bool(attempt(expression.of, names) !== undefined);
    case 'not':
      return bool(!isTrue(evaluate(expression.of, names)));
    case 'negative':
      return negated(evaluate(expression.of, names));
    case 'filter':
      return filtered(expression, names);
    case 'binary':
      return combined(expression, names);
    case 'if':
      return chosen(expression, names);
  }
}

function namedValue(name: string, names: Names): PyValue {
  const value = names.get(name);
  if (value !== undefined) return value;
  const hint =
    names.size === 0 ? 'the file has no params: add it below "params"' : suggestion(name, [...names.keys()]);
  throw new UnknownName(`"${name}" is not known`, hint);
}

class UnknownName extends TemplateError {}

/** undefined when a name or member of it is not there. */
function attempt(expression: Expression, names: Names): PyValue | undefined {
  try {
    return evaluate(expression, names);
  } catch (error) {
    if (error instanceof UnknownName) return undefined;
    throw error;
  }
}

function memberOf(value: PyValue, key: PyValue): PyValue {
  if (value.kind === 'dict') {
    const found = lookUp(value.entries, key);
    if (found !== undefined) return found;
    const known = value.entries.flatMap(([name]) => (name.kind === 'str' ? [name.value] : []));
    throw new UnknownName(`there is no ${pythonRepr(key)} in it`, suggestion(pythonRepr(key), known));
  }
  const items = sequenceOf(value);
  if (items === undefined || key.kind !== 'int')
    throw new UnknownName(`${pythonRepr(key)} cannot be read from it`);
  const found = items.at(Number(key.value));
  if (found === undefined)
    throw new UnknownName(`there are ${items.length} items, and none is [${key.value}]`);
  return found;
}

function sequenceOf(value: PyValue): readonly PyValue[] | undefined {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items;
  return value.kind === 'str' ? [...value.value].map(str) : undefined;
}

function filtered({ of, name, rest }: Extract<Expression, { kind: 'filter' }>, names: Names): PyValue {
  const parameters = rest.map((part) => evaluate(part, names));
  if (name !== 'default' && name !== 'd') return applyFilter(name, evaluate(of, names), parameters);
  const [fallback = str(''), orFalse] = parameters;
  const value = attempt(of, names);
  const isTaken = value !== undefined && (orFalse === undefined || !isTrue(orFalse) || isTrue(value));
  return isTaken ? value : fallback;
}

function combined({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, names: Names): PyValue {
  const first = evaluate(left, names);
  if (operator === 'and') return isTrue(first) ? evaluate(right, names) : first;
  if (operator === 'or') return isTrue(first) ? first : evaluate(right, names);
  return applyOperator(operator, first, evaluate(right, names));
}

function chosen({ condition, then, otherwise }: Extract<Expression, { kind: 'if' }>, names: Names): PyValue {
  if (isTrue(evaluate(condition, names))) return evaluate(then, names);
  return otherwise === undefined ? str('') : evaluate(otherwise, names);
}
