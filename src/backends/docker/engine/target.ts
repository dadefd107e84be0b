import type { Disk } from '../../../disk/disk.ts';
import type { TargetFacts } from '../../../fit/facts.ts';
import { type SmiAnswers, targetOfSmi } from '../../../fit/smi.ts';
import { isAtLeast } from '../../../fit/version.ts';
import type { Info } from './answers.ts';

interface EngineTarget {
  readonly info: Info;
  /** What the driver of its machine says; undefined: nobody here can ask it. */
  readonly smi: SmiAnswers | undefined;
  /** Whether NVIDIA's toolkit is installed on that machine; undefined: nobody here can look. */
  readonly toolkit?: boolean | undefined;
  /** GPUs that the operator or the spec names. */
  readonly only?: readonly string[] | undefined;
  /** Where the engine keeps its data; undefined: on another machine. */
  readonly disk?: Disk | undefined;
}

/** The names that images have for what the kernel calls its CPUs. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
]);

/** What the machine of an engine offers to a container. */
export function targetOfEngine({ info, smi, toolkit, only, disk }: EngineTarget): TargetFacts {
  const name = "the engine's machine";
  const source = 'docker info';
  const architecture = ARCHITECTURES.get(info.Architecture ?? '');
  const machine = smi === undefined ? { name } : targetOfSmi(smi, name, only);
  return {
    ...machine,
    architecture: architecture === undefined ? undefined : { value: architecture, source },
    runtime: runtimeOf(info) ?? (machine.gpus && missingRuntime(info, toolkit)),
    freeDisk: disk && { value: disk.free, source: `the disk of ${disk.folder}` },
  };
}

/** From this release on, `--gpus` is CDI wherever the toolkit has its hook for it: https://github.com/moby/moby/pull/50228 */
const BY_CDI = '29.2';

/** How containers get GPUs there; undefined: a newer engine with NVIDIA's toolkit says it nowhere. */
function runtimeOf({ DiscoveredDevices, Runtimes, ServerVersion }: Info): TargetFacts['runtime'] {
  const source = 'docker info';
  if ((DiscoveredDevices ?? []).some(({ ID }) => ID.startsWith('nvidia.com/gpu=')))
    return { value: 'cdi', source };
  const version = /^\d+\.\d+/.exec(ServerVersion ?? '')?.[0];
  const isOlder = version !== undefined && isAtLeast(version, BY_CDI) === false;
  return isOlder && Runtimes?.['nvidia'] !== undefined ? { value: 'legacy', source } : undefined;
}

const INSTALL =
  'install the NVIDIA Container Toolkit there (https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html), then: sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker';

/** No answer of an engine shows NVIDIA's hook, so that its programs are looked for as well. */
function missingRuntime({ Runtimes }: Info, toolkit: boolean | undefined): TargetFacts['runtime'] {
  const names = Object.keys(Runtimes ?? {});
  if (toolkit !== false || names.length === 0 || names.some((name) => name.includes('nvidia')))
    return undefined;
  const source = `docker info has no CDI device and no runtime of NVIDIA, and its container toolkit is not installed`;
  return { value: 'none', source, fix: INSTALL };
}
