import type { Location } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import type { ReadingRules } from '../../../../inputs/reading.ts';
import { GIVEN } from '../../../layers/given-value.ts';
import { suggestion } from '../../../values/suggest.ts';
import type { MapNode, Node, TextNode } from '../../../yaml/node.ts';
import { list, type PyValue, str } from '../../python/py-value.ts';
import { pythonLiteral } from '../../python/python-literal.ts';
import { plainScalar, pyValueOf } from '../../python/pyyaml-scalars.ts';
import type { Names } from '../template/evaluate.ts';
import type { Rendering } from '../template/render.ts';
import { rendering } from '../template/render-nodes.ts';
import { readInputs } from './inputs.ts';

/** A text that renders to another template is rendered again; one that never ends uses itself. */
const MOST_PASSES = 20;
const MOST_WORK = 100_000;

export interface ValuesContext {
  /** The caller's values of params, as they were written. */
  readonly params: ReadonlyMap<string, string>;
  /** Params that are declared elsewhere, in a file of defaults. */
  readonly elsewhere: ReadonlySet<string>;
  readonly toRun: boolean;
  /** Values of the params that a group varies, in one of its runs; they stand above those of the file. */
  readonly varied?: Names | undefined;
  readonly undefinedNames: ReadingRules['undefinedNames'];
}

/**
 * The values that templates of the file may name: `params` (or `declarations`, its older name), the caller's own
 * above them, and `inputs`. Params are rendered with each other as they were written.
 */
export function readValues(root: MapNode, given: ValuesContext, findings: Findings): Names {
  const { varied = new Map<string, PyValue>() } = given;
  const written = declaredIn(root, findings);
  for (const [name, text] of given.params) {
    if (varied.has(name)) continue;
    if (written.has(name) || inputNames(root).has(name)) written.set(name, givenNode(text));
    else if (!given.elsewhere.has(name))
      refuseUnknown(name, [...written.keys(), ...inputNames(root)], findings);
  }
  for (const name of varied.keys()) written.delete(name);
  const names = new Map([...[...written].map(([name, node]) => [name, pyValueOf(node)] as const), ...varied]);
  const settle = settler({ names, undefinedNames: given.undefinedNames }, findings);
  const settled = new Map([...[...written].map(([name, node]) => [name, settle(node)] as const), ...varied]);
  return readInputs(root, settled, given.toRun, findings);
}

function declaredIn(root: MapNode, findings: Findings): Map<string, Node> {
  const [params, declarations] = [root.entries.get('params'), root.entries.get('declarations')];
  if (params !== undefined && declarations !== undefined) {
    const hint = '"declarations" is the older name of "params"; write all of them below one';
    const message = '"params" and "declarations" cannot be used together';
    findings.error('param', message, { hint, at: declarations.key });
  }
  const value = (params ?? declarations)?.value;
  if (value === undefined || value.kind === 'null') return new Map();
  if (value.kind === 'map') return new Map([...value.entries].map(([name, entry]) => [name, entry.value]));
  const key = params === undefined ? 'declarations' : 'params';
  const hint = `write it as in ${key}: { lr: 0.1 }`;
  findings.error('param', `"${key}" must be a mapping from names to values`, { hint, at: value.location });
  return new Map();
}

function inputNames(root: MapNode): ReadonlySet<string> {
  const node = root.entries.get('inputs')?.value;
  if (node?.kind !== 'list') return new Set();
  const names = node.items.map((item) => (item.kind === 'map' ? item.entries.get('name')?.value : undefined));
  return new Set(names.flatMap((name) => (name?.kind === 'text' ? [name.text] : [])));
}

const CALLER: Location = GIVEN.params;

/** In quotes a value is a text; without them it is what YAML would make of it. */
function givenNode(text: string): TextNode {
  const [, quoted] = /^(?:"([^"\\]*)"|'[^']*')$/.exec(text) ?? [];
  const isQuoted = /^(?:"[^"\\]*"|'[^']*')$/.test(text);
  const inside = isQuoted ? (quoted ?? text.slice(1, -1)) : text;
  const isPlain = !isQuoted && plainScalar(text).kind !== 'none';
  const place = { location: CALLER, start: CALLER, layout: 'other' } as const;
  return { kind: 'text', text: inside, type: 'string', plain: isPlain, ...place };
}

/** A value of the caller as Python has it. */
export function givenValue(text: string): PyValue {
  const value = pyValueOf(givenNode(text));
  return value.kind === 'str' ? (pythonLiteral(value.value) ?? value) : value;
}

function refuseUnknown(name: string, known: readonly string[], findings: Findings): void {
  const hint = known.length === 0 ? 'the file has no params; add it below "params"' : suggestion(name, known);
  findings.error('param', `unknown param "${name}"`, { hint, at: CALLER });
}

/** Renders values with each other, as they were written, until they stay what they are. */
function settler(how: Rendering, findings: Findings): (node: Node) => PyValue {
  const budget = { left: MOST_WORK };
  const settle = (node: Node): PyValue => {
    if (node.kind === 'list') return list(node.items.map(settle));
    if (node.kind === 'map') {
      return {
        kind: 'dict',
        entries: [...node.entries].map(([key, entry]) => [str(key), settle(entry.value)]),
      };
    }
    const value = pyValueOf(node);
    if (value.kind !== 'str' || node.kind !== 'text') return value;
    const text = settledText(node, { how, findings, budget });
    return pythonLiteral(text) ?? str(text);
  };
  return settle;
}

interface SettledTextOptions {
  readonly how: Rendering;
  readonly findings: Findings;
  /** Characters that may still be made: texts that use one another twice grow quickly. */
  readonly budget: { left: number };
}

function settledText(node: TextNode, { how, findings, budget }: SettledTextOptions): string {
  let { text } = node;
  for (let pass = 0; pass < MOST_PASSES && budget.left > 0; pass += 1) {
    const rendered = rendering(text, node, how, findings);
    if (rendered === undefined || rendered === text) return text;
    budget.left -= rendered.length;
    text = rendered;
  }
  const hint = 'write the value out in one of them';
  findings.error('template', 'a param refers to itself', { hint, at: node.location });
  return '';
}
