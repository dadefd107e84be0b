import { type Location, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { errorsByPlace } from '../findings/findings.ts';
import { suggestion } from '../values/suggest.ts';
import { at, type MapNode, mapNode, type Node, plain, textNode } from '../yaml/node.ts';
import { GIVEN, parseGiven } from './given-value.ts';
import { withValue } from './layers.ts';

/** Names the caller's overrides in findings and origins. */
const PLACE: Location = GIVEN.overrides;

/**
 * Sets values by dotted path. `params.lr=0.1` gives a declared param its value, and a path that begins with
 * `jobs.<name>.` is for that job alone.
 */
export function applyOverrides(
  root: MapNode,
  overrides: ReadonlyMap<string, string>,
  which: JobChoice,
): { readonly root: MapNode; readonly params: ReadonlyMap<string, string> } {
  const params = new Map<string, string>();
  const findings = new Findings();
  let result = root;
  for (const [key, text] of overrides) {
    const path = pathFor(key, which);
    if (path === undefined) continue;
    if (path.some((part) => part === '' || part === '__proto__')) {
      const hint = 'write it as in image.python=3.12';
      findings.error('override', `"${key}" is not a path of the spec`, { hint, at: PLACE });
    } else if (isKnownParam(root, path)) {
      params.set(path[1] ?? '', text);
    } else {
      result = withOverride(result, path, placed(parseGiven(key, text, PLACE)));
    }
  }
  findings.throwIfErrors(errorsByPlace);
  return { root: result, params };
}

/** One that is declared, or named by the matrix. */
function isKnownParam(root: MapNode, path: readonly string[]): boolean {
  const [first, name = '', ...rest] = path;
  if (first !== 'params' || rest.length > 0) return false;
  return at(root, path) !== undefined || at(root, ['strategy', 'matrix', name]) !== undefined;
}

/** The job that the values are for, among all of the file. */
interface JobChoice {
  readonly job: string | undefined;
  readonly names: readonly string[];
}

/** undefined: it is for another job. */
function pathFor(key: string, { job, names }: JobChoice): readonly string[] | undefined {
  const [first, name = '', ...rest] = key.split('.');
  if (first !== 'jobs') return key.split('.');
  if (!names.includes(name)) {
    const hint = names.length === 0 ? 'it describes a single job; leave "jobs" out' : suggestion(name, names);
    throw new UserError(`the spec has no job "${name}"`, { code: 'override', hint, location: PLACE });
  }
  return name === job ? rest : undefined;
}

function withOverride(root: MapNode, path: readonly string[], value: Node): MapNode {
  const [first, name = ''] = path;
  return first === 'inputs' && path.length === 2
    ? withInput(root, name, value)
    : withValue(root, path, value);
}

/** In a list of inputs the ones of that name give way, with what was known of them, such as their hash. */
function withInput(root: MapNode, name: string, from: Node): MapNode {
  const inputs = at(root, ['inputs']);
  if (inputs?.kind !== 'list') return withValue(root, ['inputs', name], from);
  const others = inputs.items.filter((item) => plain(at(item, ['name']) ?? from) !== name);
  const given = mapNode(
    [
      ['name', { key: PLACE, value: textNode(name, PLACE) }],
      ['from', { key: PLACE, value: from }],
    ],
    PLACE,
  );
  return withValue(root, ['inputs'], { ...inputs, items: [...others, given] });
}

/** A line and column inside the value of one override would only mislead. */
function placed(node: Node): Node {
  switch (node.kind) {
    case 'text':
      return { ...node, location: PLACE, start: PLACE };
    case 'list':
      return { ...node, location: PLACE, items: node.items.map(placed) };
    case 'map':
      return {
        ...node,
        location: PLACE,
        entries: new Map(
          [...node.entries].map(([key, { value }]) => [key, { key: PLACE, value: placed(value) }]),
        ),
      };
    default:
      return { kind: 'null', location: PLACE };
  }
}
