import type { SyntaxNode } from '@lezer/common';

interface Syntax {
  textOf(node: { readonly from: number; readonly to: number }): string;
  nodes(...names: readonly string[]): Iterable<SyntaxNode>;
}

/** The expression of each name that the file gives a value exactly once, at its top level. */
export interface Constants {
  readonly values: ReadonlyMap<string, SyntaxNode>;
  /** What a name was imported as: `S` is `metaflow.step`. */
  readonly imports: ReadonlyMap<string, string>;
}

export function constantsOf(source: Syntax): Constants {
  const statements = [...source.nodes('AssignStatement', 'UpdateStatement', 'ForStatement')];
  const counts = new Map<string, number>();
  for (const name of statements.flatMap((statement) => targetsOf(statement, source)))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  const assigned = statements.flatMap((statement) => assignmentIn(statement, source));
  const values = new Map(assigned.filter(([name]) => counts.get(name) === 1));
  return { values, imports: importsOf(source) };
}

function assignmentIn(statement: SyntaxNode, source: Syntax): readonly (readonly [string, SyntaxNode])[] {
  if (statement.name !== 'AssignStatement' || statement.parent?.name !== 'Script') return [];
  const { firstChild: name, lastChild: value } = statement;
  const isSimple = name?.name === 'VariableName' && statement.getChildren('AssignOp').length === 1;
  return isSimple && value !== null && value.name !== 'AssignOp' ? [[source.textOf(name), value]] : [];
}

function targetsOf(statement: SyntaxNode, source: Syntax): readonly string[] {
  const names: string[] = [];
  for (let child = statement.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'AssignOp' || child.name === 'UpdateOp' || child.name === 'in') break;
    if (child.name === 'VariableName') names.push(source.textOf(child));
  }
  return names;
}

function importsOf(source: Syntax): ReadonlyMap<string, string> {
  return new Map(
    [...source.nodes('ImportStatement')].flatMap((statement) => importsIn(source.textOf(statement))),
  );
}

function importsIn(statement: string): readonly (readonly [string, string])[] {
  const words = statement.replace(/#[^\n]*|[()\\]/g, ' ');
  const [, from, names = ''] = /^\s*(?:from\s+(\S+)\s+)?import\s+([\s\S]*)$/.exec(words) ?? [];
  return names.split(',').flatMap((item) => {
    const [name = '', , as = name] = item.trim().split(/\s+/);
    return name === '' ? [] : [[as, from === undefined ? name : `${from}.${name}`] as const];
  });
}
