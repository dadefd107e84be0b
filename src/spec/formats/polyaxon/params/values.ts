import type { Finding, Location } from '../../../../errors.ts';
import { GIVEN } from '../../../layers/given-value.ts';
import type { Reading } from '../../../reading.ts';
import { suggestion } from '../../../values/suggest.ts';
import type { MapNode, Node, TextNode } from '../../../yaml/node.ts';
import { list, type PyValue, str } from '../../python/py-value.ts';
import { pythonLiteral } from '../../python/python-literal.ts';
import { plainScalar, pyValueOf } from '../../python/pyyaml-scalars.ts';
import type { Report } from '../report.ts';
import type { Names } from '../template/evaluate.ts';
import type { Rendering } from '../template/render.ts';
import { rendering } from '../template/render-nodes.ts';
import { readInputs } from './inputs.ts';

/** A text that renders to another template is rendered again; one that never ends uses itself. */
const MOST_PASSES = 20;
const MOST_WORK = 100_000;

export interface Given {
  /** The caller's values of params, as they were written. */
  readonly params: ReadonlyMap<string, string>;
  /** Params that are declared elsewhere, in a file of defaults. */
  readonly elsewhere: ReadonlySet<string>;
  readonly toRun: boolean;
  /** Values of the params that a group varies, in one of its runs; they stand above those of the file. */
  readonly varied?: Names | undefined;
  readonly undefinedNames: Reading['undefinedNames'];
}

/**
 * The values that templates of the file may name: `params` (or `declarations`, its older name), the caller's own
 * above them, and `inputs`. Params are rendered with each other as they were written.
 */
export function readValues(root: MapNode, given: Given, report: Report): Names {
  const { varied = new Map<string, PyValue>() } = given;
  const written = declaredIn(root, report);
  for (const [name, text] of given.params) {
    if (varied.has(name)) continue;
    if (written.has(name) || inputNames(root).has(name)) written.set(name, givenNode(text));
    else if (!given.elsewhere.has(name)) report(unknownParam(name, [...written.keys(), ...inputNames(root)]));
  }
  for (const name of varied.keys()) written.delete(name);
  const names = new Map([...[...written].map(([name, node]) => [name, pyValueOf(node)] as const), ...varied]);
  const settle = settler({ names, undefinedNames: given.undefinedNames }, report);
  const settled = new Map([...[...written].map(([name, node]) => [name, settle(node)] as const), ...varied]);
  return readInputs(root, settled, given.toRun, report);
}

function declaredIn(root: MapNode, report: Report): Map<string, Node> {
  const [params, declarations] = [root.entries.get('params'), root.entries.get('declarations')];
  if (params !== undefined && declarations !== undefined) {
    const message = '"params" and "declarations" cannot be used together';
    report(
      problem(
        message,
        '"declarations" is the older name of "params"; write all of them below one',
        declarations.key,
      ),
    );
  }
  const value = (params ?? declarations)?.value;
  if (value === undefined || value.kind === 'null') return new Map();
  if (value.kind === 'map') return new Map([...value.entries].map(([name, entry]) => [name, entry.value]));
  const key = params === undefined ? 'declarations' : 'params';
  report(
    problem(
      `"${key}" must be a mapping from names to values`,
      `write it as in ${key}: { lr: 0.1 }`,
      value.location,
    ),
  );
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

function unknownParam(name: string, known: readonly string[]): Finding {
  const hint = known.length === 0 ? 'the file has no params; add it below "params"' : suggestion(name, known);
  return problem(`unknown param "${name}"`, hint, CALLER);
}

function problem(message: string, hint: string, location: Location): Finding {
  return { level: 'error', code: 'param', message, hint, location };
}

/** Renders values with each other, as they were written, until they stay what they are. */
function settler(how: Rendering, report: Report): (node: Node) => PyValue {
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
    const text = settledText(node, { how, report, budget });
    return pythonLiteral(text) ?? str(text);
  };
  return settle;
}

interface Settling {
  readonly how: Rendering;
  readonly report: Report;
  /** Characters that may still be made: texts that use one another twice grow quickly. */
  readonly budget: { left: number };
}

function settledText(node: TextNode, { how, report, budget }: Settling): string {
  let { text } = node;
  for (let pass = 0; pass < MOST_PASSES && budget.left > 0; pass += 1) {
    const rendered = rendering(text, node, how, report);
    if (rendered === undefined || rendered === text) return text;
    budget.left -= rendered.length;
    text = rendered;
  }
  const hint = 'write the value out in one of them';
  report({
    level: 'error',
    code: 'template',
    message: 'a param refers to itself',
    hint,
    location: node.location,
  });
  return '';
}
