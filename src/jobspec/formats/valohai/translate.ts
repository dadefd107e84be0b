import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { parseReference } from '../../../oci/reference.ts';
import {
  at,
  literalNode,
  locationOf,
  type MapNode,
  mapNode,
  type Node,
  textNode,
  valueNode,
} from '../../yaml/node.ts';
import type { ResourceFields } from './file/step-schema.ts';
import { parseLimit } from './file/words.ts';
import { type Step, warnOfTwo } from './step/step.ts';

type Entries = [string, { readonly key: Location; readonly value: Node }][];

/** Folders that a step finds its files in, told to `valohai-utils` by these variables. */
const FOLDERS = [
  ['VH_REPOSITORY_DIR', '/valohai/repository'],
  ['VH_INPUTS_DIR', '/valohai/inputs'],
  ['VH_OUTPUTS_DIR', '/valohai/outputs'],
] as const;

/** What a step says in our own words, but for its command, each value at the place where it was written. */
export function translate({ fields, node }: Step, findings: Findings): MapNode {
  const { env, secrets } = environmentOf(fields['environment-variables'] ?? [], node, findings);
  const entries: Entries = [
    ['image', entry(imageNode(fields.image, node))],
    ['env', entry(mapNode(env, node.location))],
    ...resourcesOf(fields.resources ?? {}, node, findings),
    ...timeoutOf(fields['time-limit'], locationOf(node, ['time-limit']), findings),
  ];
  if (secrets.length > 0) entries.push(['secrets', entry(mapNode(secrets, node.location))]);
  return mapNode(entries, node.location);
}

function entry(value: Node): Entries[number][1] {
  return { key: value.location, value };
}

/** An image that is called as our word for a choice of our own is still an image. */
function imageNode(image: string, node: MapNode): Node {
  const written = at(node, ['image']) ?? node;
  return image === 'auto' ? valueNode(parseReference(image), written.location) : written;
}

type Variables = NonNullable<Step['fields']['environment-variables']>;

/** A variable without a value is the caller's to give, and kept out of the log like any secret. */
function environmentOf(
  declared: Variables,
  node: MapNode,
  findings: Findings,
): { readonly env: Entries; readonly secrets: Entries } {
  const env = new Map<string, Entries[number][1]>();
  const secrets = new Map<string, Entries[number][1]>();
  for (const [name, folder] of FOLDERS) env.set(name, entry(literalNode(folder, node.location)));
  const seen = new Set<string>();
  for (const [index, { name, default: text, optional = true }] of declared.entries()) {
    const location = locationOf(node, ['environment-variables', index]);
    if (seen.has(name)) warnOfTwo('environment variable', name, location, findings);
    seen.add(name);
    if (name === NETWORK) warnOfNetwork(location, findings);
    env.delete(name);
    secrets.delete(name);
    if (text === undefined) {
      const required = entry(valueNode(!optional, location));
      secrets.set(name, entry(mapNode([['required', required]], location)));
    } else env.set(name, entry(literalNode(text, location)));
  }
  return { env: [...env], secrets: [...secrets] };
}

/** By it Valohai's worker chooses the network of the container. */
const NETWORK = 'VH_DOCKER_NETWORK';

function warnOfNetwork(at: Location, findings: Findings): void {
  const message = `"${NETWORK}" chooses a network for Valohai's worker, and is a mere variable here`;
  const hint = 'remove it: a run has the default network of the engine';
  findings.warning('no-effect', message, { hint, at });
}

function timeoutOf(written: string | undefined, location: Location, findings: Findings): Entries {
  if (written === undefined || written.trim() === '') return [];
  const seconds = findings.attempt(location, () => parseLimit(written), { subject: 'time-limit' });
  return seconds === undefined ? [] : [['timeout', entry(valueNode(seconds, location))]];
}

type Bounds = NonNullable<ResourceFields['cpu']>;

function resourcesOf(
  { cpu = {}, memory = {}, devices = {} }: ResourceFields,
  node: MapNode,
  findings: Findings,
): Entries {
  return [
    ...rangeOf('cpu', cpu, locationOf(node, ['resources', 'cpu'])),
    ...rangeOf('memory', inBytes(memory), locationOf(node, ['resources', 'memory'])),
    ...gpuOf(devices, node, findings),
  ];
}

/** Valohai counts memory in MiB. */
function inBytes({ min, max }: Bounds): Bounds {
  const bytes = (value: number | undefined) => value && Math.round(value * 2 ** 20);
  return { min: bytes(min), max: bytes(max) };
}

function rangeOf(name: string, { min, max }: Bounds, location: Location): Entries {
  if (min === undefined && max === undefined) return [];
  return [[name, entry(valueNode({ min, max }, location))]];
}

/** https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/ */
const VENDORS: ReadonlyMap<string, string> = new Map([
  ['nvidia.com/gpu', 'nvidia'],
  ['amd.com/gpu', 'amd'],
  ['gpu.intel.com/i915', 'intel'],
  ['gpu.intel.com/xe', 'intel'],
]);

function gpuOf(devices: Readonly<Record<string, number>>, node: MapNode, findings: Findings): Entries {
  const entries: Entries = [];
  for (const [name, count] of Object.entries(devices)) {
    const location = locationOf(node, ['resources', 'devices', name]);
    const vendor = VENDORS.get(name);
    if (vendor === undefined || entries.length > 0) warnOfDevice(name, vendor, location, findings);
    else {
      const gpu: Entries = [
        ['count', entry(valueNode(count, location))],
        ['vendor', entry(textNode(vendor, location))],
      ];
      entries.push(['gpu', entry(mapNode(gpu, location))]);
    }
  }
  return entries;
}

function warnOfDevice(name: string, vendor: string | undefined, place: Location, findings: Findings): void {
  const message =
    vendor === undefined
      ? `the device "${name}" cannot be asked for here`
      : `"${name}" next to GPUs of another vendor is left out`;
  findings.warning('no-effect', message, { hint: `known: ${[...VENDORS.keys()].join(', ')}`, at: place });
}
