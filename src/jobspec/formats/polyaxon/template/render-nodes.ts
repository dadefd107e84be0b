import type { Findings } from '../../../../findings.ts';
import { type MapNode, type Node, placeInText, type TextNode } from '../../../yaml/node.ts';
import { type Rendering, renderText } from './render.ts';

/** The code of a reference to another run, whose value only the caller can give. */
export const OTHER_RUN = 'other-run';

/** undefined when something is wrong with it, which is then reported at its place. */
export function rendering(
  text: string,
  node: TextNode,
  how: Rendering,
  findings: Findings,
): string | undefined {
  const { text: rendered, problems } = renderText(text, how);
  for (const { level, message, hint, isOfOtherRun, offset } of problems) {
    const location = text === node.text ? placeInText(node, offset) : node.location;
    findings[level](isOfOtherRun ? OTHER_RUN : 'template', message, { hint, at: location });
  }
  return problems.every(({ level }) => level === 'warning') ? rendered : undefined;
}

/** The node with every text rendered; keys stay. */
function renderNode(node: Node, how: Rendering, findings: Findings): Node {
  switch (node.kind) {
    case 'null':
    case 'value':
      return node;
    case 'list':
      return { ...node, items: node.items.map((item) => renderNode(item, how, findings)) };
    case 'map':
      return renderMap(node, how, findings);
    case 'text':
      return renderTextNode(node, how, findings);
  }
}

function renderTextNode(node: TextNode, how: Rendering, findings: Findings): TextNode {
  const text = rendering(node.text, node, how, findings) ?? node.text;
  if (text === node.text) return node;
  return { ...node, text, type: 'string', plain: false, layout: 'other', start: node.location };
}

export function renderMap(node: MapNode, how: Rendering, findings: Findings): MapNode {
  checkOperator(node, findings);
  const entries = [...node.entries].map(
    ([name, { key, value }]) => [name, { key, value: renderNode(value, how, findings) }] as const,
  );
  return { ...node, entries: new Map(entries) };
}

/** Polyaxon's `for:` and `if:`, mappings of that one key, which make values. */
function checkOperator({ entries }: MapNode, findings: Findings): void {
  const [only] = entries;
  if (only === undefined || entries.size > 1 || !['for', 'if'].includes(only[0])) return;
  const [name, { key, value }] = only;
  if (value.kind !== 'map' || !value.entries.has('do')) return;
  const message = `the operator "${name}:" is not supported yet`;
  findings.error('not-supported-yet', message, { hint: 'write the values out', at: key });
}
