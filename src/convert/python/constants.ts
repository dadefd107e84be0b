import type { SyntaxNode } from '@lezer/common';
import type { PySource } from './source.ts';

/** The expression of each name that the file gives a value exactly once, at its top level. */
export interface Constants {
  readonly values: ReadonlyMap<string, SyntaxNode>;
  /** What a name was imported as: `S` is `metaflow.step`. */
  readonly imports: ReadonlyMap<string, string>;
}

export function constantsOf(source: PySource): Constants {
  const values = new Map<string, SyntaxNode>();
  const counts = new Map<string, number>();
  for (const statement of source.nodes('AssignStatement', 'UpdateStatement', 'ForStatement')) {
    for (const name of targetsOf(statement, source)) counts.set(name, (counts.get(name) ?? 0) + 1);
    if (statement.name !== 'AssignStatement' || statement.parent?.name !== 'Script') continue;
    const name = statement.firstChild;
    const value = statement.lastChild;
    const isSimple = name?.name === 'VariableName' && statement.getChildren('AssignOp').length === 1;
    if (isSimple && value !== null && value.name !== 'AssignOp') values.set(source.textOf(name), value);
  }
  for (const name of values.keys()) if (counts.get(name) !== 1) values.delete(name);
  return { values, imports: importsOf(source) };
}

function targetsOf(statement: SyntaxNode, source: PySource): readonly string[] {
  const names: string[] = [];
  for (let child = statement.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'AssignOp' || child.name === 'UpdateOp' || child.name === 'in') break;
    if (child.name === 'VariableName') names.push(source.textOf(child));
  }
  return names;
}

function importsOf(source: PySource): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  for (const statement of source.nodes('ImportStatement')) {
    const words = source.textOf(statement).replace(/#[^\n]*|[()\\]/g, ' ');
    const [, from, names = ''] = /^\s*(?:from\s+(\S+)\s+)?import\s+([\s\S]*)$/.exec(words) ?? [];
    for (const item of names.split(',')) {
      const [name = '', , as = name] = item.trim().split(/\s+/);
      if (name !== '') imports.set(as, from === undefined ? name : `${from}.${name}`);
    }
  }
  return imports;
}
