import type { SyntaxNode } from '@lezer/common';
import { callOf } from './evaluate.ts';
import type { PySource } from './source.ts';
import type { PyCall } from './value.ts';

/** What stands above a class or function, from top to bottom. */
export function decoratorsOf(definition: SyntaxNode, source: PySource): readonly PyCall[] {
  const { parent } = definition;
  if (parent?.name !== 'DecoratedStatement') return [];
  return parent.getChildren('Decorator').map((decorator) => {
    const list = decorator.getChild('ArgList');
    const to = list?.from ?? decorator.to;
    const [at] = decorator.getChildren('At');
    const name = dottedText(source.textOf({ from: at?.to ?? decorator.from, to }), source);
    return { ...callOf(name, list, source), at: source.locate(decorator) };
  });
}

function dottedText(text: string, source: PySource): string {
  const [first = '', ...rest] = text.replace(/#[^\n]*|\s/g, '').split('.');
  return [source.constants.imports.get(first) ?? first, ...rest].join('.').slice(0, 200);
}
