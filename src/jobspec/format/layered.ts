import { omit, overlay } from '../layers/layers.ts';
import { applyOverrides } from '../layers/overrides.ts';
import { at, type MapNode } from '../yaml/node.ts';

export interface Layers {
  /** The keys of the defaults file. */
  readonly lower: MapNode | undefined;
  readonly overrides: ReadonlyMap<string, string>;
  /** The job that the overrides are for, among all of the file. */
  readonly which: Parameters<typeof applyOverrides>[2];
}

/** Defaults file, a file of another format in our words, overrides: each layer on top of the one before. */
export function layered(own: MapNode, { lower, overrides, which }: Layers): MapNode {
  const written = lower === undefined ? own : overlay(lower, own);
  const { root } = applyOverrides(written, overrides, which);
  const command = at(own, ['command']);
  // A caller who gives a "run" means it in place of the file's command.
  const isReplaced = root.entries.has('run') && at(root, ['command']) === command;
  return isReplaced && command !== undefined ? omit(root, ['command']) : root;
}
