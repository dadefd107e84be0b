import type { TargetFacts, TargetGpu } from './facts.ts';
import { gpuNamed } from './gpu.ts';

/** Fields of `nvidia-smi --query-gpu`, in this order; older drivers do not know the last one and answer nothing at all. */
export const SMI_FIELDS = [
  'index',
  'uuid',
  'driver_version',
  'memory.total',
  'mig.mode.current',
  'name',
  'compute_cap',
] as const;

/** What it takes from the list of parts (`nvidia-smi -L`) and from the table of models. */
export interface SmiAnswers {
  /** `--query-gpu=… --format=csv,noheader,nounits` */
  readonly query: string;
  /** `-L`, for GPUs that are divided. */
  readonly list?: string | undefined;
}

interface SmiGpu extends TargetGpu {
  readonly index: string;
  readonly uuid: string;
  readonly driver: string;
  readonly isDivided: boolean;
}

/** In the place of what a GPU should have answered, or of its whole line. */
const LOST = /GPU is lost|GPU requires reset|Unable to determine the device handle|\[Unknown Error\]/;

/** The driver and the GPUs of a machine; `only`: those that its operator or the spec names, by index or id. */
export function targetOfSmi(
  { query, list = '' }: SmiAnswers,
  name: string,
  only?: readonly string[],
): TargetFacts {
  const lines = query.split('\n');
  const lost = lines.filter((line) => LOST.test(line)).map((line) => line.trim().slice(0, 200));
  const all = lines.filter((line) => !LOST.test(line)).flatMap(gpuOfLine);
  const broken = lost.length === 0 ? {} : { lost: { value: lost, source: 'nvidia-smi' } };
  const [first] = all;
  if (first === undefined) return { name, ...broken };
  const named = all.filter((gpu) => only === undefined || only.some((one) => isOne(gpu, one, list)));
  const source = 'nvidia-smi';
  return {
    name,
    ...broken,
    driver: { value: first.driver, source },
    gpus: {
      value: kindsOf(named.flatMap((gpu) => (gpu.isDivided ? partsOf(gpu, list, only) : [gpu]))),
      source,
    },
  };
}

/** Names may have commas in them, so the name is read last. */
function gpuOfLine(line: string): readonly SmiGpu[] {
  const [index = '', uuid = '', driver = '', memory = '', mig = '', ...rest] = line
    .split(',')
    .map((cell) => cell.trim());
  if (!/^\d+$/.test(index) || !/^\d+(?:\.\d+)+$/.test(driver)) return [];
  const last = rest.at(-1) ?? '';
  const capability = /^\d{1,2}\.\d{1,2}$/.test(last) ? last : undefined;
  const name = (capability === undefined ? rest : rest.slice(0, -1)).join(', ');
  const known = gpuNamed(name);
  const mebibytes = Number.parseInt(memory, 10);
  return [
    {
      ...known,
      index,
      uuid,
      driver,
      isDivided: mig === 'Enabled',
      computeCapability: capability ?? known.computeCapability,
      // A GPU that shares the memory of its machine has `[N/A]` here.
      memory: Number.isNaN(mebibytes) ? undefined : mebibytes * 1024 ** 2,
      count: 1,
    },
  ];
}

function isOne(gpu: SmiGpu, named: string, list: string): boolean {
  const { index, uuid } = gpu;
  if (named.startsWith('MIG-')) return blockOf(gpu, list).includes(`UUID: ${named})`);
  return named === 'all' || named === uuid || named.split(':')[0] === index;
}

/** What `-L` says of one GPU. */
function blockOf({ uuid }: SmiGpu, list: string): string {
  const from = list.indexOf(uuid);
  return from < 0 ? '' : (list.slice(from).split(/\nGPU \d+:/)[0] ?? '');
}

/** The parts of a divided GPU: `  MIG 1g.10gb     Device  0: (UUID: MIG-…)`; those that are named, where any is by its id. */
function partsOf(gpu: SmiGpu, list: string, only: readonly string[] = []): readonly SmiGpu[] {
  const ids = only.filter((one) => one.startsWith('MIG-'));
  const isWhole = only.some((one) => !one.startsWith('MIG-') && isOne(gpu, one, list));
  const parts = [...blockOf(gpu, list).matchAll(/^ +MIG (\S+) +Device +\d+: +\(UUID: ([^)]*)\)/gm)];
  const named = parts.filter(([, , id = '']) => isWhole || ids.length === 0 || ids.includes(id));
  return named.map(([, profile = '']) => {
    const gigabytes = /\.(\d{1,3})gb/.exec(profile)?.[1];
    return {
      ...gpu,
      name: `${gpu.name} MIG ${profile}`,
      memory: gigabytes === undefined ? undefined : Number(gigabytes) * 1024 ** 3,
    };
  });
}

/** GPUs that are alike stand in one row. */
function kindsOf(gpus: readonly SmiGpu[]): readonly TargetGpu[] {
  const kinds = new Map<string, TargetGpu>();
  for (const { name, computeCapability, memory, brand } of gpus) {
    const key = JSON.stringify([name, computeCapability, memory]);
    const count = (kinds.get(key)?.count ?? 0) + 1;
    kinds.set(key, { name, computeCapability, memory, brand, count });
  }
  return [...kinds.values()];
}
