import type { Gpu } from '../../spec/resources.ts';
import type { Info } from './answers.ts';

/** How a container gets its GPUs: https://github.com/cncf-tags/container-device-interface and Docker's `--gpus`. */
export interface GpuRequest {
  readonly host: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** How many, when that is known before the start. */
  readonly count?: number | undefined;
}

export type GpuChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'request'; readonly request: GpuRequest }
  | { readonly kind: 'missing'; readonly why: string; readonly hint: string };

/** An image may ask for every GPU, and a default runtime would grant it: a job that asked for none gets none. */
export const WITHOUT_GPU: GpuRequest = { host: {}, env: { NVIDIA_VISIBLE_DEVICES: 'void' }, count: 0 };

const CDI_KIND = 'nvidia.com/gpu=';

/**
 * CDI devices where the engine lists them, else Docker's own GPU support, whose hook no answer of the engine shows:
 * it is asked for, and the engine says when it is not there. Never a start without the GPU that was asked for.
 * `given` are those that the operator gave to this runner, `named` those that the spec names.
 */
export function chooseGpu(
  gpu: Gpu | undefined,
  info: Info,
  given?: readonly string[],
  named?: readonly string[],
): GpuChoice {
  if (gpu === undefined || gpu.count.max === 0) return { kind: 'none' };
  if (gpu.vendor !== undefined && gpu.vendor !== 'nvidia') {
    return missing(`GPUs of "${gpu.vendor}" cannot be given to a container yet`, 'ask for vendor nvidia');
  }
  const wanted = { min: gpu.count.min ?? 1, max: gpu.count.max };
  if (given !== undefined && named !== undefined) return fromBoth(given, named, wanted, info);
  const devices = given ?? named;
  return devices === undefined ? fromEngine(wanted, info) : fromList(devices, wanted, info);
}

function fromEngine(wanted: Wanted, info: Info): GpuChoice {
  const listed = cdiDevices(info);
  if (listed.length > 0) return fromCdi(listed, wanted);
  return request(dockerGpus(wanted.max === undefined ? { Count: -1 } : { Count: wanted.max }), wanted.max);
}

interface Wanted {
  readonly min: number;
  readonly max: number | undefined;
}

function fromBoth(given: readonly string[], named: readonly string[], wanted: Wanted, info: Info): GpuChoice {
  const both = named.filter((device) => given.includes(device));
  if (both.length > 0) return fromList(both, wanted, info);
  const why = `the spec names the GPUs ${named.join(', ')}, and this runner was given ${given.join(', ')}`;
  return missing(why, 'name some of those in JOBIMG_DEVICES, or leave "devices" out');
}

/** Only what the operator gave to this runner. */
function fromList(devices: readonly string[], { min, max }: Wanted, info: Info): GpuChoice {
  const chosen = devices.slice(0, max ?? devices.length);
  if (chosen.length < min) {
    return missing(
      `the job asks for ${gpus(min)}, and this runner was given ${gpus(devices.length)}`,
      'see JOBIMG_DEVICES and "devices"',
    );
  }
  if (chosen.some((device) => device.startsWith('MIG-'))) {
    return request({ host: { Runtime: 'nvidia' }, env: nvidiaEnv(chosen.join(',')) }, chosen.length);
  }
  const listed = cdiDevices(info);
  if (chosen.every((device) => listed.includes(device))) return request(cdiRequest(chosen), chosen.length);
  return request(dockerGpus({ DeviceIDs: chosen }), chosen.length);
}

/** One entry for each GPU by index; others name the same ones by id, and `all`. */
function fromCdi(listed: readonly string[], { min, max }: Wanted): GpuChoice {
  const single = listed.filter((device) => /^\d+(?::\d+)?$/.test(device));
  if (single.length === 0) return request(cdiRequest(['all']), undefined);
  if (single.length < min) {
    return missing(
      `the job asks for ${gpus(min)}, and the engine has ${gpus(single.length)}`,
      'ask for fewer, or run it on a larger machine',
    );
  }
  const chosen = single.slice(0, max ?? single.length);
  return request(cdiRequest(chosen), chosen.length);
}

function cdiDevices({ DiscoveredDevices }: Info): readonly string[] {
  const ids = (DiscoveredDevices ?? []).filter(({ Source }) => Source === 'cdi').map(({ ID }) => ID);
  return ids.filter((id) => id.startsWith(CDI_KIND)).map((id) => id.slice(CDI_KIND.length));
}

/** `void` keeps NVIDIA's own runtime, should it be the default, from adding all of them once more. */
function cdiRequest(devices: readonly string[]): GpuRequest {
  const ids = devices.map((device) => `${CDI_KIND}${device}`);
  return { host: { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ids }] }, env: nvidiaEnv('void') };
}

/** The engine itself tells NVIDIA's runtime which ones and what for. */
function dockerGpus(which: Readonly<Record<string, unknown>>): GpuRequest {
  return {
    host: { DeviceRequests: [{ Driver: '', Capabilities: [['gpu', 'compute', 'utility']], ...which }] },
    env: {},
  };
}

function nvidiaEnv(visible: string): Readonly<Record<string, string>> {
  return { NVIDIA_VISIBLE_DEVICES: visible, NVIDIA_DRIVER_CAPABILITIES: 'compute,utility' };
}

function request(made: GpuRequest, count: number | undefined): GpuChoice {
  return { kind: 'request', request: { ...made, count } };
}

function missing(why: string, hint: string): GpuChoice {
  return { kind: 'missing', why, hint };
}

function gpus(count: number): string {
  return count === 1 ? '1 GPU' : `${count} GPUs`;
}
