import type { ListNode, TextNode } from '../../../yaml/node.ts';
import { type PyValue, str } from '../../python/py-value.ts';
import { pythonRepr, pythonText } from '../../python/python-text.ts';
import { pyValueOf } from '../../python/pyyaml-scalars.ts';

/** A scalar as Python has it once PyYAML has read it. */
export interface Atom {
  readonly kind: PyValue['kind'];
  /** What `str()` prints. */
  readonly text: string;
}

export function atomOf(node: TextNode): Atom {
  const value = pyValueOf(node);
  return { kind: value.kind, text: pythonText(value) };
}

/** The scalars of a list; undefined when it holds anything else. */
export function atomsOf(list: ListNode): readonly Atom[] | undefined {
  const texts = list.items.filter((item) => item.kind === 'text');
  return texts.length === list.items.length ? texts.map(atomOf) : undefined;
}

export function boolAtom(value: boolean): Atom {
  return { kind: 'bool', text: value ? 'True' : 'False' };
}

/** `str()` of a list. */
export function listText(atoms: readonly Atom[]): string {
  return `[${atoms.map(({ kind, text }) => (kind === 'str' ? pythonRepr(str(text)) : text)).join(', ')}]`;
}

/** `shlex.quote` */
export function shellQuote(text: string): string {
  if (text !== '' && /^[\w@%+=:,./-]*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
