import { type MapNode, type Node, placeInText, type TextNode } from '../../../yaml/node.ts';
import type { Report } from '../report.ts';
import { type Rendering, renderText } from './render.ts';

/** undefined when something is wrong with it, which is then reported at its place. */
export function rendering(text: string, node: TextNode, how: Rendering, report: Report): string | undefined {
  const { text: rendered, problems } = renderText(text, how);
  for (const { level, message, hint, offset } of problems) {
    const location = text === node.text ? placeInText(node, offset) : node.location;
    report({ level, code: 'template', message, hint, location });
  }
  return problems.every(({ level }) => level === 'warning') ? rendered : undefined;
}

/** The node with every text rendered; keys stay. */
function renderNode(node: Node, how: Rendering, report: Report): Node {
  switch (node.kind) {
    case 'null':
    case 'value':
      return node;
    case 'list':
      return { ...node, items: node.items.map((item) => renderNode(item, how, report)) };
    case 'map':
      return renderMap(node, how, report);
    case 'text':
      return renderTextNode(node, how, report);
  }
}

function renderTextNode(node: TextNode, how: Rendering, report: Report): TextNode {
  const text = rendering(node.text, node, how, report) ?? node.text;
  if (text === node.text) return node;
  return { ...node, text, type: 'string', plain: false, layout: 'other', start: node.location };
}

export function renderMap(node: MapNode, how: Rendering, report: Report): MapNode {
  checkOperator(node, report);
  const entries = [...node.entries].map(
    ([name, { key, value }]) => [name, { key, value: renderNode(value, how, report) }] as const,
  );
  return { ...node, entries: new Map(entries) };
}

/** Polyaxon's `for:` and `if:`, mappings of that one key, which make values. */
function checkOperator({ entries }: MapNode, report: Report): void {
  const [only] = entries;
  if (only === undefined || entries.size > 1 || !['for', 'if'].includes(only[0])) return;
  const [name, { key, value }] = only;
  if (value.kind !== 'map' || !value.entries.has('do')) return;
  const message = `the operator "${name}:" is not supported yet`;
  report({ level: 'error', code: 'not-supported-yet', message, hint: 'write the values out', location: key });
}
