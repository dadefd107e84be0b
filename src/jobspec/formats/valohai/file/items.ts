import type { Findings } from '../../../../findings.ts';
import { keysAt } from '../../../findings/known-keys.ts';
import { findingsOf, readIssues } from '../../../findings/problems.ts';
import { unknownKeysAsWarnings, withoutKeys } from '../../../findings/unknown-keys.ts';
import { didYouMean } from '../../../values/suggest.ts';
import { at, type MapNode, mapNode, type Node, plain } from '../../../yaml/node.ts';
import { mergeKeys } from '../../python/merge-keys.ts';
import { ITEMS, type PipelineFields, type TaskFields } from './schema.ts';
import type { StepFields } from './step-schema.ts';

type Kind = keyof typeof ITEMS;
const KINDS = Object.keys(ITEMS) as readonly Kind[];

/** One item of the file, by its kind. */
export type Item =
  | { readonly kind: 'step'; readonly fields: StepFields; readonly node: MapNode }
  | { readonly kind: 'task'; readonly fields: TaskFields; readonly node: MapNode }
  | { readonly kind: 'pipeline'; readonly fields: PipelineFields; readonly node: MapNode }
  | { readonly kind: 'other'; readonly what: string; readonly node: MapNode };

/** The file is a list of mappings with one key each, which says what the item is. */
export function readItems(root: Node, strict: boolean, findings: Findings): readonly Item[] {
  const start = { hint: 'begin with "- step:", and its name, image and command below', at: root.location };
  if (root.kind !== 'list') {
    findings.error('wrong-type', 'a valohai.yaml is a list of steps', start);
    return [];
  }
  const items = root.items.flatMap((node) => readItem(withoutNulls(merged(node)), strict, findings));
  const hasStep = items.some(({ kind }) => kind === 'step');
  if (!hasStep && !findings.hasErrors) findings.error('wrong-type', 'the file has no step', start);
  return items;
}

function readItem(node: Node, strict: boolean, findings: Findings): readonly Item[] {
  if (node.kind !== 'map') {
    const hint = `write "- step:", or another of ${KINDS.join(', ')}`;
    findings.error('wrong-type', 'an item of the file is not a mapping', { hint, at: node.location });
    return [];
  }
  const kind = KINDS.find((key) => node.entries.has(key));
  warnOfOtherKeys(node, kind, findings);
  return kind === undefined
    ? []
    : checkItem(kind, strict ? node : withoutUnknown(kind, node, findings), findings);
}

/** Valohai takes the first key it knows and passes over the rest. */
function warnOfOtherKeys(node: MapNode, kind: Kind | undefined, findings: Findings): void {
  for (const [key, { key: at }] of node.entries) {
    if (key === kind) continue;
    const isKnown = KINDS.some((known) => known === key);
    const hint = isKnown
      ? 'write it as an item of its own, behind a "-"'
      : (didYouMean(key, KINDS) ?? `known: ${KINDS.join(', ')}`);
    findings.warning('unknown-key', `the item "${key}" is not supported`, { hint, at });
  }
}

/** The item as it would be without the keys that nobody knows, each of which is reported. */
function withoutUnknown(kind: Kind, node: MapNode, findings: Findings): MapNode {
  const read = ITEMS[kind].safeParse(plain(omitOthers(kind, node)));
  const issues = readIssues(read.error?.issues ?? [], node, (path) => keysAt(ITEMS[kind], path));
  const unknown = issues.findings.filter(({ code }) => code === 'unknown-key');
  findings.add(unknownKeysAsWarnings(unknown));
  return withoutKeys(node, issues.unknown);
}

function omitOthers(kind: Kind, node: MapNode): MapNode {
  return mapNode(
    [...node.entries].filter(([key]) => key === kind),
    node.location,
  );
}

function checkItem(kind: Kind, node: MapNode, findings: Findings): readonly Item[] {
  const alone = omitOthers(kind, node);
  const read = ITEMS[kind].safeParse(plain(alone));
  if (!read.success) {
    findings.add(findingsOf(read.error.issues, alone, (path) => keysAt(ITEMS[kind], path)));
    return [];
  }
  const value = at(alone, [kind]);
  return value?.kind === 'map' ? [itemOf(read.data, value)] : [];
}

type Read = { [K in Kind]: ReturnType<(typeof ITEMS)[K]['parse']> }[Kind];

function itemOf(read: Read, node: MapNode): Item {
  if ('step' in read) return { kind: 'step', fields: read.step, node };
  if ('task' in read) return { kind: 'task', fields: read.task, node };
  if ('pipeline' in read) return { kind: 'pipeline', fields: read.pipeline, node };
  if ('blueprint' in read) return { kind: 'pipeline', fields: read.blueprint, node };
  if ('endpoint' in read) return { kind: 'other', what: `endpoint "${read.endpoint.name}"`, node };
  return { kind: 'other', what: `deployment "${read.deployment.name}"`, node };
}

function merged(node: Node): Node {
  return node.kind === 'map' ? mergeKeys(node) : node;
}

/** A key without a value says nothing, as in Python. */
function withoutNulls(node: Node): Node {
  if (node.kind === 'list') return { ...node, items: node.items.map(withoutNulls) };
  if (node.kind !== 'map') return node;
  const entries = [...node.entries].filter(([, { value }]) => value.kind !== 'null');
  return mapNode(
    entries.map(([key, { key: place, value }]) => [key, { key: place, value: withoutNulls(value) }]),
    node.location,
  );
}
