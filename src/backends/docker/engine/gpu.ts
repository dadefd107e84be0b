import type { Gpu } from '../../../jobspec/job/resources.ts';
import type { Info } from './answers.ts';
import { ALL, countText, type Device, devicesNamed, isWithin } from './device.ts';

/** How a container gets its GPUs: https://github.com/cncf-tags/container-device-interface and Docker's `--gpus`. */
export interface GpuRequest {
  readonly host: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** What nobody else gets as long as the container is there. */
  readonly devices: readonly Device[];
  /** How many, when that is known before the start. */
  readonly count?: number | undefined;
}

/** Those that a job may have, in the order in which they are given, and how many of them it takes. */
export interface GpuNeed {
  readonly from: readonly Device[];
  readonly min: number;
  /** undefined: as many as are free. */
  readonly max: number | undefined;
}

export function isNeed(gpu: GpuRequest | GpuNeed): gpu is GpuNeed {
  return 'from' in gpu;
}

export type GpuChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'free'; readonly need: GpuNeed }
  /** Which there are is not known: the engine gives its first ones, whoever else has them. */
  | { readonly kind: 'counted'; readonly request: GpuRequest }
  | { readonly kind: 'missing'; readonly why: string; readonly hint: string };

/** Who says which GPUs there are. */
export interface GpuSources {
  readonly info: Info;
  /** Those that the operator gave to this runner. */
  readonly given?: readonly string[] | undefined;
  /** Those that the spec names. */
  readonly named?: readonly string[] | undefined;
  /** What the engine's machine itself lists; undefined: nobody here can ask it. */
  readonly machine?: readonly Device[] | undefined;
}

/** An image may ask for every GPU, and a default runtime would grant it: a job that asked for none gets none. */
export const WITHOUT_GPU: GpuRequest = {
  host: {},
  env: { NVIDIA_VISIBLE_DEVICES: 'void' },
  devices: [],
  count: 0,
};

const CDI_KIND = 'nvidia.com/gpu=';

/**
 * Where nobody says which GPUs there are, Docker's own GPU support counts them: no answer of the engine shows its hook, so
 * it is asked for, and the engine says when it is not there. Never a start without the GPU that was asked for.
 */
export function chooseGpu(gpu: Gpu | undefined, sources: GpuSources): GpuChoice {
  if (gpu === undefined || gpu.count.max === 0) return { kind: 'none' };
  if (gpu.vendor !== undefined && gpu.vendor !== 'nvidia') {
    return missing(`GPUs of "${gpu.vendor}" cannot be given to a container yet`, 'ask for vendor nvidia');
  }
  const { max } = gpu.count;
  const min = gpu.count.min ?? 1;
  const from = devicesOf(sources);
  if (from === undefined) return { kind: 'counted', request: counted(max) };
  if (from.length === 0) return noneOfBoth(sources);
  if (from.length < min && !from.includes(ALL)) return tooFew(from.length, min, sources);
  return { kind: 'free', need: { from, min: from.includes(ALL) ? 1 : min, max } };
}

/** undefined: nobody says. */
function devicesOf({ info, given, named, machine }: GpuSources): readonly Device[] | undefined {
  const known = machine ?? [];
  const allowed = given && devicesNamed(given, known);
  const wanted = named && devicesNamed(named, known);
  if (allowed === undefined || wanted === undefined)
    return wanted ?? allowed ?? fromCdi(info, known) ?? machine;
  return wanted.filter((device) => allowed.some((one) => isWithin(device, one)));
}

/** One entry for each GPU by index; others name the same ones by id, and `all`. */
function fromCdi(info: Info, known: readonly Device[]): readonly Device[] | undefined {
  const listed = cdiDevices(info);
  if (listed.length === 0) return undefined;
  const single = listed.filter((device) => /^\d+(?::\d+)?$/.test(device));
  const whole = single.filter((device) => !single.some((other) => other.startsWith(`${device}:`)));
  return whole.length === 0 ? [ALL] : devicesNamed(whole, known);
}

function noneOfBoth({ given = [], named = [] }: GpuSources): GpuChoice {
  const why = `the spec names the GPUs ${named.join(', ')}, and this runner was given ${given.join(', ')}`;
  return missing(why, 'name some of those in JOBIMG_DEVICES, or leave "devices" out');
}

function tooFew(count: number, min: number, { given, named }: GpuSources): GpuChoice {
  const asks = `the job asks for ${countText(min)}`;
  return given === undefined && named === undefined
    ? missing(
        `${asks}, and the engine has ${countText(count)}`,
        'ask for fewer, or run it on a larger machine',
      )
    : missing(`${asks}, and this runner was given ${countText(count)}`, 'see JOBIMG_DEVICES and "devices"');
}

/** Parts of a GPU that CDI does not list are given by the runtime of their maker. */
export function gpuRequest(devices: readonly Device[], info: Info): GpuRequest {
  const count = devices.includes(ALL) ? undefined : devices.length;
  const listed = cdiDevices(info);
  const byCdi = devices.flatMap((device) => device.find((name) => listed.includes(name)) ?? []);
  if (byCdi.length === devices.length) return { ...cdiRequest(byCdi), devices, count };
  const parts = devices.map((device) => device.find((name) => name.startsWith('MIG-')));
  const names = devices.map(([name = ''], index) => parts[index] ?? name);
  return parts.some((part) => part !== undefined)
    ? { host: { Runtime: 'nvidia' }, env: nvidiaEnv(names.join(',')), devices, count }
    : { ...dockerGpus({ DeviceIDs: names }), devices, count };
}

/** Docker itself counts from the first one: https://github.com/moby/moby/blob/v28.5.2/daemon/nvidia_linux.go */
function counted(count: number | undefined): GpuRequest {
  const devices = count === undefined ? [ALL] : Array.from({ length: count }, (_, index) => [String(index)]);
  return { ...dockerGpus({ Count: count ?? -1 }), devices, count };
}

function cdiDevices({ DiscoveredDevices }: Info): readonly string[] {
  const ids = (DiscoveredDevices ?? []).filter(({ Source }) => Source === 'cdi').map(({ ID }) => ID);
  return ids.filter((id) => id.startsWith(CDI_KIND)).map((id) => id.slice(CDI_KIND.length));
}

type Means = Pick<GpuRequest, 'host' | 'env'>;

/** `void` keeps NVIDIA's own runtime, should it be the default, from adding all of them once more. */
function cdiRequest(devices: readonly string[]): Means {
  const ids = devices.map((device) => `${CDI_KIND}${device}`);
  return { host: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ids }] }, env: nvidiaEnv('void') };
}

/** The engine itself tells NVIDIA's runtime which ones and what for. */
function dockerGpus(which: Readonly<Record<string, unknown>>): Means {
  return {
    host: { DeviceRequests: [{ Driver: '', Capabilities: [['gpu', 'compute', 'utility']], ...which }] },
    env: {},
  };
}

function nvidiaEnv(visible: string): Readonly<Record<string, string>> {
  return { NVIDIA_VISIBLE_DEVICES: visible, NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' };
}

function missing(why: string, hint: string): GpuChoice {
  return { kind: 'missing', why, hint };
}
