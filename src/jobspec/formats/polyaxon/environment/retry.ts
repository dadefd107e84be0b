import { listNode, mapOf, textAt } from '../../../format/nodes.ts';
import { type MapNode, type Node, textNode } from '../../../yaml/node.ts';

/** Polyaxon starts a run again whatever it failed for; one that finds no room waits there, and has not failed. */
export function retryNode(environment: MapNode | undefined): Node | undefined {
  const restarts = environment && textAt(environment, 'max_restarts');
  if (restarts === undefined) return undefined;
  const { location } = restarts;
  const on = ['interruption', 'error'].map((cause) => textNode(cause, location));
  return mapOf({ max: restarts, on: listNode(on, location) }, location);
}
