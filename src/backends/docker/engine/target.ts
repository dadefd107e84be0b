import type { Disk } from '../../../disk/disk.ts';
import type { TargetFacts } from '../../../fit/facts.ts';
import { type SmiAnswers, targetOfSmi } from '../../../fit/smi.ts';
import type { Info } from './answers.ts';

interface EngineTarget {
  readonly info: Info;
  /** What the driver of its machine says; undefined: nobody here can ask it. */
  readonly smi: SmiAnswers | undefined;
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
export function targetOfEngine({ info, smi, only, disk }: EngineTarget): TargetFacts {
  const name = "the engine's machine";
  const source = 'docker info';
  const architecture = ARCHITECTURES.get(info.Architecture ?? '');
  const hasCdi = (info.DiscoveredDevices ?? []).some(({ ID }) => ID.startsWith('nvidia.com/gpu='));
  return {
    ...(smi === undefined ? { name } : targetOfSmi(smi, name, only)),
    architecture: architecture === undefined ? undefined : { value: architecture, source },
    // Docker's own hook may be of either kind, and says so nowhere.
    runtime: hasCdi ? { value: 'cdi', source } : undefined,
    freeDisk: disk && { value: disk.free, source: `the disk of ${disk.folder}` },
  };
}
