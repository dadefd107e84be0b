import type { Findings } from '../../findings.ts';
import { asWritten, type Fields } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { textField } from '../values.ts';
import type { Settings } from './settings.ts';

/** `cpu_count`, `gpu_count` and `memory` of the pipeline and its steps, the most of each. */
export function resourcesOf(all: readonly Settings[], findings: Findings): Fields {
  const most = new Map<string, string>();
  for (const [key, value] of all.flatMap((settings) => [...settings])) {
    const isKnown = Object.hasOwn(RESOURCES, key);
    if (!isKnown && value.kind !== 'none') report(`${key}: a job has no such request`, value.at, findings);
    const text = isKnown ? textField(key, value, findings) : undefined;
    if (text !== undefined && sizeOf(text) >= sizeOf(most.get(key) ?? '0')) most.set(key, text);
  }
  return Object.fromEntries([...most].map(([key, text]) => [RESOURCES[key] ?? key, fieldOf(text)]));
}

/** None of something is no request. */
function fieldOf(text: string) {
  return /^0+$/.test(text) ? undefined : asWritten(text);
}

const RESOURCES: Readonly<Record<string, string>> = { cpu_count: 'cpu', gpu_count: 'gpu', memory: 'memory' };
const UNITS: Readonly<Record<string, number>> = {
  KB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  TB: 1e12,
  TiB: 2 ** 40,
};

function sizeOf(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)\s*(\w*)$/.exec(text) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}
