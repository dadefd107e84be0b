import { join } from 'node:path/posix';
import { mapOf } from '../../format/nodes.ts';
import { at, literalNode, type MapNode, type Node } from '../../yaml/node.ts';
import { str } from '../python/py-value.ts';
import { pythonJson } from '../python/python-text.ts';
import { WORKDIR } from './image.ts';
import type { Translation } from './translate.ts';

const OUTPUTS = 'outputs';

/**
 * What a run of Polyaxon finds in its environment; `root` is its job in our words. `POLYAXON_NO_OP` turns the calls of
 * its client into nothing: there is no server to answer them.
 */
export function runVariables(root: MapNode, translation: Translation): MapNode {
  const { names, declarations, logLevel } = translation;
  const image = at(root, ['image']);
  const outputs = isGenerated(image) ? join(textIn(image, 'workdir') ?? WORKDIR, OUTPUTS) : OUTPUTS;
  const params = pythonJson({ kind: 'dict', entries: [...names].map(([name, value]) => [str(name), value]) });
  const variables = {
    POLYAXON_NO_OP: 'true',
    POLYAXON_PARAMS: params,
    ...(declarations ? { POLYAXON_DECLARATIONS: params } : {}),
    POLYAXON_RUN_OUTPUTS_PATH: outputs,
    POLYAXON_OUTPUTS_PATH: outputs,
    ...(logLevel === undefined ? {} : { POLYAXON_LOG_LEVEL: logLevel }),
    ...(isGenerated(image) && textIn(image, 'user') === 'root' ? ROOT : {}),
  };
  const { location } = root;
  const nodes = Object.entries(variables).map(([name, text]) => [name, literalNode(text, location)] as const);
  return mapOf(Object.fromEntries(nodes), location);
}

/** Not a given image, and no Dockerfile of the user's own. */
function isGenerated(image: Node | undefined): boolean {
  if (image?.kind === 'map') return !image.entries.has('dockerfile');
  return image === undefined || (image.kind === 'text' && image.text === 'auto');
}

function textIn(image: Node | undefined, key: string): string | undefined {
  const node = image && at(image, [key]);
  return node?.kind === 'text' ? node.text : undefined;
}

/** The home of the steps of the build, where they may have put models and settings. */
const ROOT = {
  HOME: '/root',
  USER: 'root',
  LOGNAME: 'root',
  XDG_CACHE_HOME: '/root/.cache',
};
