import type { Node } from '../../../yaml/node.ts';
import type { PyValue } from '../../python/py-value.ts';
import { pythonLiteral } from '../../python/python-literal.ts';
import { pyValueOf } from '../../python/pyyaml-scalars.ts';

/** A scalar of the rendered file as Polyaxon sees it: a text that is a literal of Python is that. */
export function settledScalar(node: Node): PyValue {
  const value = pyValueOf(node);
  return value.kind === 'str' ? (pythonLiteral(value.value) ?? value) : value;
}

/** The same of a list, item by item. */
export function settledValue(node: Node): PyValue {
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(settledValue) };
  return settledScalar(node);
}
