import {
  bool,
  float,
  int,
  isEqual,
  list,
  MAX_DIGITS,
  numberOf,
  type PyValue,
  str,
} from '../../python/py-value.ts';
import { pythonLiteral } from '../../python/python-literal.ts';
import { pythonRepr, pythonText } from '../../python/python-text.ts';
import { TemplateError } from './template-error.ts';

/** One operator as Python computes it: a whole number stays one, `/` always gives a fraction. */
export function applyOperator(operator: string, left: PyValue, right: PyValue): PyValue {
  switch (operator) {
    case '==':
      return bool(isEqual(left, right));
    case '!=':
      return bool(!isEqual(left, right));
    case 'in':
      return bool(contains(right, left));
    case 'not in':
      return bool(!contains(right, left));
    case '~':
      return str(pythonText(left) + pythonText(right));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return bool(isOrdered(operator, left, right));
    default:
      return calculated(operator, left, right);
  }
}

export function negated(value: PyValue): PyValue {
  const number = numberOf(value);
  if (number === undefined) throw new TemplateError(`${pythonRepr(value)} is not a number`);
  return typeof number === 'bigint' ? int(-number) : float(-number);
}

function contains(whole: PyValue, part: PyValue): boolean {
  if (whole.kind === 'str' && part.kind === 'str') return whole.value.includes(part.value);
  if (whole.kind === 'dict') return whole.entries.some(([key]) => isEqual(key, part));
  if (whole.kind === 'list' || whole.kind === 'tuple') return whole.items.some((item) => isEqual(item, part));
  throw new TemplateError(`nothing can be "in" ${pythonRepr(whole)}`);
}

function isOrdered(operator: string, left: PyValue, right: PyValue): boolean {
  const [a, b] = comparable(left, right);
  if (operator === '<') return a < b;
  if (operator === '<=') return a <= b;
  return operator === '>' ? a > b : a >= b;
}

function comparable(
  left: PyValue,
  right: PyValue,
): readonly [string, string] | readonly [number | bigint, number | bigint] {
  if (left.kind === 'str' && right.kind === 'str') return [left.value, right.value];
  return numbers(left, right);
}

function numbers(left: PyValue, right: PyValue): readonly [number | bigint, number | bigint] {
  const [a, b] = [numeric(left), numeric(right)];
  if (a !== undefined && b !== undefined) return [a, b];
  throw new TemplateError(
    `${pythonRepr(left)} and ${pythonRepr(right)} cannot be combined`,
    'turn texts into numbers with |int or |float',
  );
}

/** `1e-3` is a text to PyYAML, and becomes a number later; to one that calculates with it, it is one already. */
function numeric(value: PyValue): bigint | number | undefined {
  const literal = value.kind === 'str' ? pythonLiteral(value.value) : value;
  return literal && numberOf(literal);
}

function calculated(operator: string, left: PyValue, right: PyValue): PyValue {
  if (operator === '+' && left.kind === 'str' && right.kind === 'str') return str(left.value + right.value);
  if (operator === '+' && left.kind === 'list' && right.kind === 'list') {
    return list([...left.items, ...right.items]);
  }
  const [a, b] = numbers(left, right);
  // biome-ignore lint/suspicious/noDoubleEquals: an int or a float
  if (operator !== '+' && operator !== '-' && operator !== '*' && b == 0) {
    throw new TemplateError('it divides by zero');
  }
  const isWhole = typeof a === 'bigint' && typeof b === 'bigint' && operator !== '/';
  return isWhole ? bounded(ofWholes(operator, a, b)) : float(ofFloats(operator, Number(a), Number(b)));
}

function bounded(value: bigint): PyValue {
  if (value.toString().length > MAX_DIGITS) throw new TemplateError('a number becomes too long');
  return int(value);
}

/** Quotient and remainder are rounded down, not to zero. */
function ofWholes(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '%':
      return ((a % b) + b) % b;
    case '//':
      return (a - (((a % b) + b) % b)) / b;
    default:
      throw unknownOperator(operator);
  }
}

function ofFloats(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a - Math.floor(a / b) * b;
    case '//':
      return Math.floor(a / b);
    default:
      throw unknownOperator(operator);
  }
}

function unknownOperator(operator: string): TemplateError {
  return new TemplateError(`the operator "${operator}" is not supported`, 'write the value out');
}
