import type { Location } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import { mapAt } from '../../../format/nodes.ts';
import { type MapNode, type Node, valueNode } from '../../../yaml/node.ts';
import { numberOf } from '../../python/py-value.ts';
import { settledScalar } from '../params/settled.ts';

interface Bounds {
  readonly requests?: number | undefined;
  readonly limits?: number | undefined;
  readonly location: Location;
}

/** `requests` and `limits` of a run as our own fields; memory is in MiB there. */
export function resourceNodes(
  environment: MapNode | undefined,
  findings: Findings,
): Readonly<Record<'gpu' | 'cpu' | 'memory', Node | undefined>> {
  const resources = environment && mapAt(environment, 'resources');
  if (resources === undefined) return { gpu: undefined, cpu: undefined, memory: undefined };
  refuseTpu(boundsOf(resources, 'tpu'), findings);
  return {
    gpu: gpuNode(boundsOf(resources, 'gpu'), findings),
    cpu: rangeNode(boundsOf(resources, 'cpu'), (value) => value),
    memory: rangeNode(boundsOf(resources, 'memory'), (value) => Math.round(value * 2 ** 20)),
  };
}

function boundsOf(resources: MapNode, key: string): Bounds | undefined {
  const node = mapAt(resources, key);
  if (node === undefined) return undefined;
  const read = (name: string): number | undefined => {
    const value = node.entries.get(name)?.value;
    const number = value && numberOf(settledScalar(value));
    return number === undefined || Number(number) <= 0 ? undefined : Number(number);
  };
  return { requests: read('requests'), limits: read('limits'), location: node.location };
}

function rangeNode(bounds: Bounds | undefined, inOurs: (value: number) => number): Node | undefined {
  if (bounds === undefined) return undefined;
  const { requests, limits, location } = bounds;
  if (requests === undefined && limits === undefined) return undefined;
  const [min, max] = [requests, limits].map((value) => (value === undefined ? undefined : inOurs(value)));
  return valueNode({ min, max }, location);
}

/** A cluster gives whole GPUs, and as many as the limit says. */
function gpuNode(bounds: Bounds | undefined, findings: Findings): Node | undefined {
  const count = bounds?.limits ?? bounds?.requests;
  if (bounds === undefined || count === undefined) return undefined;
  if (Number.isInteger(count)) return valueNode(count, bounds.location);
  const message = `environment.resources.gpu: ${count} is not a whole number of GPUs`;
  findings.error('invalid-value', message, { hint: 'write 1', at: bounds.location });
  return undefined;
}

function refuseTpu(bounds: Bounds | undefined, findings: Findings): void {
  if (bounds?.limits === undefined && bounds?.requests === undefined) return;
  findings.error('not-supported', '"environment.resources.tpu": there are no TPUs here', {
    hint: 'remove it, or ask for "gpu"',
    at: bounds.location,
  });
}
