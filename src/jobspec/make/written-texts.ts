import type { Finding } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { type MapNode, type Node, placeInText, type TextNode } from '../yaml/node.ts';

/** What is read as it stands, and was perhaps meant otherwise, at its place. */
export function writtenFindings(root: MapNode): readonly Finding[] {
  const findings = new Findings();
  for (const [path, node] of textsBelow(root, [])) {
    if (node.literal === true) continue;
    warnOfExpression(path, node, findings);
    warnOfComment(path, node, findings);
    noteSeconds(path, node, findings);
  }
  return findings.all;
}

type Keys = readonly string[];

function* textsBelow(node: Node, path: Keys): Generator<readonly [Keys, TextNode]> {
  if (node.kind === 'text') yield [path, node];
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) yield* textsBelow(item, [...path, String(index)]);
  }
  if (node.kind === 'map') {
    for (const [key, { value }] of node.entries) yield* textsBelow(value, [...path, key]);
  }
}

/** https://docs.github.com/en/actions/reference/workflows-and-actions/expressions */
function warnOfExpression(path: Keys, node: TextNode, findings: Findings): void {
  const found = /\$\{\{.{0,200}?\}\}/s.exec(node.text);
  if (found === null) return;
  const [expression] = found;
  const name = /([A-Za-z_]\w*)\s*\}\}$/.exec(expression)?.[1] ?? 'name';
  const secret = /\bsecrets\s*\.\s*(\w+)/.exec(expression)?.[1];
  const hint =
    secret !== undefined
      ? `declare the secret and give it in the environment of the step (env: ${secret}: ${expression}): write "secrets: [${secret}]" here, and the job finds it as the variable ${secret}`
      : HOLD_PLACEHOLDERS.has(path[0] ?? '')
        ? `declare a param, give it in the workflow (with: params: ${name}=${expression}), and write {{ ${name} }} here`
        : 'write the value itself, or give it in the workflow with the input "overrides" (--override)';
  findings.warning(
    'github-expression',
    `${path.join('.')}: "${expression}" is an expression of GitHub, and nothing evaluates it in a spec`,
    { hint, at: placeInText(node, found.index) },
  );
}

const HOLD_PLACEHOLDERS: ReadonlySet<string> = new Set(['run', 'command', 'env', 'outputs']);

/** A comment that begins with no space behind a text may be a part of it: `run: close #1`. */
function warnOfComment(path: Keys, { cut, text, location }: TextNode, findings: Findings): void {
  if (cut === undefined || !HOLD_TEXTS.has(path[0] ?? '')) return;
  const shown = cut.length > 40 ? `${cut.slice(0, 40)}…` : cut;
  findings.warning('yaml-comment', `${path.join('.')}: to YAML the text ends before "${shown}", a comment`, {
    hint: `if it belongs to the text write "${text} ${shown}" in quotes; a comment is written with a space: # ${shown.slice(1)}`,
    at: location,
  });
}

const HOLD_TEXTS: ReadonlySet<string> = new Set(['run', 'command', 'env', 'params']);

function noteSeconds(path: Keys, { text, location }: TextNode, findings: Findings): void {
  const [key = ''] = path;
  if (path.length > 1 || !DURATIONS.has(key) || !/^[1-9]\d{0,6}$/.test(text)) return;
  findings.notice('no-unit', `${key}: "${text}" without a unit is ${text} seconds`, {
    hint: `write ${text}s, or ${text}m for minutes`,
    at: location,
  });
}

const DURATIONS: ReadonlySet<string> = new Set(['timeout', 'queue-timeout']);
