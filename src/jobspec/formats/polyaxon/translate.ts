import type { Finding } from '../../../errors.ts';
import { Findings } from '../../../findings.ts';
import type { ReadingRules } from '../../../inputs/reading.ts';
import { unknownKeysAsWarnings } from '../../findings/unknown-keys.ts';
import { listNode, mapAt, mapOf, textAt } from '../../format/nodes.ts';
import type { EarlyFile } from '../../job/job.ts';
import { omit } from '../../layers/layers.ts';
import { jobNameOf } from '../../values/names.ts';
import {
  literalNode,
  type MapNode,
  mapNode,
  type Node,
  plain,
  type TextNode,
  textNode,
} from '../../yaml/node.ts';
import { str } from '../python/py-value.ts';
import { commandOf } from './command.ts';
import { type Dialect, dialectOf, type Kind } from './dialect.ts';
import { earlyFiles } from './early-files.ts';
import { nodesOf } from './environment/replicas.ts';
import { resourceNodes } from './environment/resources.ts';
import { retryNode } from './environment/retry.ts';
import { reportIgnoredKeys } from './ignored-keys.ts';
import { imageNode, inheritingNames, secretNames } from './image.ts';
import { givenValue, readValues, type ValuesContext } from './params/values.ts';
import { readSearch, type Search, searchedNames } from './search/search.ts';
import { checkStructure } from './structure.ts';
import type { Names } from './template/evaluate.ts';
import type { Rendering } from './template/render.ts';
import { renderMap } from './template/render-nodes.ts';

/** A file of Polyaxon in our own words, and what our words do not have. */
export interface Translation {
  readonly kind: Kind;
  /** With every text rendered: what looks like a placeholder is none. */
  readonly root: MapNode;
  readonly names: Names;
  /** Of a group: its runs; the translation itself is of the first of them. */
  readonly search?: Search | undefined;
  /** Whether the params stand below the older name. */
  readonly declarations: boolean;
  readonly logLevel: string | undefined;
  /** The folder that becomes the work directory. */
  readonly folder: string | undefined;
  readonly early: readonly EarlyFile[];
  /** Variables of the image whose values use others. */
  readonly inherits: ReadonlySet<string>;
  /** Variables of the image that it must not hold; each has its finding. */
  readonly secrets: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** Keys that are data, and not texts to render. */
const DATA = ['params', 'declarations', 'inputs', 'hptuning', 'settings'];

export function translate(written: MapNode, given: ValuesContext, { strict }: ReadingRules): Translation {
  const findings = new Findings();
  const dialect = dialectOf(written, findings);
  const { names, known, search } = namesIn(written, dialect.kind, given, findings);
  const rendered = renderAll(written, { names: known, undefinedNames: given.undefinedNames }, findings);
  const problems = checkStructure(rendered, dialect.schema);
  findings.add(strict ? problems : unknownKeysAsWarnings(problems));
  const { root, build } = inOneDialect(rendered, dialect, findings);
  reportIgnoredKeys(dialect.kind === 'build' ? asBuild(root) : root, findings);

  const run = mapAt(root, 'run');
  const nodes = dialect.kind === 'build' ? undefined : nodesOf(root, findings);
  const isSpread = nodes !== undefined;
  const command = run && dialect.kind !== 'build' ? commandNode(run, isSpread, findings) : undefined;
  return {
    kind: dialect.kind,
    root: nativeRoot({ root, build, kind: dialect.kind, search, command, nodes }, findings),
    names,
    search,
    declarations: written.entries.has('declarations'),
    logLevel: levelOf(root),
    ...imageExtras(build),
    findings: findings.all,
  };
}

/** An own Dockerfile has what it has, and its context is nothing but that. */
function imageExtras(
  build: MapNode | undefined,
): Pick<Translation, 'folder' | 'early' | 'inherits' | 'secrets'> {
  const none = { inherits: new Set<string>(), secrets: new Set<string>() };
  if (build?.entries.has('dockerfile')) return { folder: undefined, early: [], ...none };
  const folder = build && textAt(build, 'context')?.text;
  const variables = build ? { inherits: inheritingNames(build), secrets: secretNames(build) } : none;
  return { folder, early: earlyFiles(folder), ...variables };
}

/** As Polyaxon starts a run: without `-e` and `pipefail`. A replica of it has one process, whose rank is its own. */
function commandNode(run: MapNode, isSpread: boolean, findings: Findings): Node | undefined {
  const written = commandOf(run, findings);
  if (written === undefined) return undefined;
  const text = isSpread ? `export RANK="$NODE_RANK"; ${written}` : written;
  const location = run.entries.get('cmd')?.value.location ?? run.location;
  const words = ['/bin/bash', '-c', text].map((word) => literalNode(word, location));
  return listNode(words, location);
}

/** A file of kind `build` has at its top what others have below that key. */
function asBuild(root: MapNode): MapNode {
  const build = omit(root, ['name', 'params', 'declarations', 'inputs']);
  return mapOf({ build }, root.location);
}

function levelOf(root: MapNode): string | undefined {
  const logging = mapAt(root, 'logging');
  const level = logging && textAt(logging, 'level');
  return level?.text;
}

interface NamesRead {
  readonly names: Names;
  /** What templates may name. */
  readonly known: Names;
  readonly search: Search | undefined;
}

function namesIn(root: MapNode, kind: Kind, given: ValuesContext, findings: Findings): NamesRead {
  const isWhole = kind === 'group' && given.varied === undefined;
  const fixed = new Map([...given.params].map(([name, text]) => [name, givenValue(text)] as const));
  const search = isWhole ? readSearch(root, fixed, findings) : undefined;
  const varied = given.varied ?? firstOf(search);
  const names = readValues(root, { ...given, varied }, findings);
  return { names, known: withSearched(names, root, varied), search };
}

function firstOf(search: Search | undefined): Names {
  return new Map(
    [...(search?.values ?? [])].flatMap(([name, [first]]) => (first === undefined ? [] : [[name, first]])),
  );
}

/** A param that is varied and has no one value stands for itself. */
function withSearched(names: Names, root: MapNode, varied: Names): Names {
  const others = searchedNames(root).filter((name) => !varied.has(name));
  return new Map([...names, ...others.map((name) => [name, str(`{{ ${name} }}`)] as const)]);
}

function renderAll(root: MapNode, how: Rendering, findings: Findings): MapNode {
  const isData = ([key]: readonly [string, unknown]): boolean => DATA.includes(key);
  const texts = mapNode(
    [...root.entries].filter((entry) => !isData(entry)),
    root.location,
  );
  const rendered = renderMap(texts, how, findings);
  return mapNode([...rendered.entries, ...[...root.entries].filter(isData)], root.location);
}

/** The keys of an image where they stand in the later dialect. */
function inOneDialect(
  root: MapNode,
  { kind, isLegacy }: Dialect,
  findings: Findings,
): { readonly root: MapNode; readonly build: MapNode | undefined } {
  const build = mapAt(root, 'build');
  if (kind === 'build') return { root, build: root };
  if (!isLegacy) return { root, build };
  const run = mapAt(root, 'run');
  if (build !== undefined) refuseTwoDialects(build, findings);
  if (run !== undefined) reportOlderDialect(run, findings);
  return { root, build: run };
}

function refuseTwoDialects({ location }: MapNode, findings: Findings): void {
  const message = 'the image is described below "build" and below "run"';
  const hint = 'keep "build", and leave nothing but "cmd" below "run"';
  findings.error('image', message, { hint, at: location });
}

function reportOlderDialect({ location }: MapNode, findings: Findings): void {
  const message =
    'the image is below "run", as up to Polyaxon 0.1.0; later versions want it below "build", and nothing needs to change here';
  findings.notice('older-dialect', message, { at: location });
}

interface NativeRootOptions {
  readonly root: MapNode;
  readonly build: MapNode | undefined;
  readonly kind: Kind;
  readonly search: Search | undefined;
  readonly command: Node | undefined;
  readonly nodes: Node | undefined;
}

function nativeRoot(options: NativeRootOptions, findings: Findings): MapNode {
  const { root, build, kind, search, command, nodes } = options;
  const name = textAt(root, 'name');
  const environment = kind === 'build' ? undefined : mapAt(root, 'environment');
  return mapOf(
    {
      name: name && nameNode(name),
      image: imageNode(build, root, findings),
      ...resourceNodes(environment, findings),
      retry: retryNode(environment),
      nodes,
      outputs: listNode([textNode('outputs/', root.location)], root.location),
      strategy: search?.strategy,
      command,
    },
    root.location,
  );
}

function nameNode(name: TextNode): Node {
  return textNode(jobNameOf(String(plain(name))), name.location);
}
