import type { Findings } from '../../findings.ts';
import { type Field, type Fields, Written } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf } from '../python/value.ts';
import { memberAt, membersOf } from '../yaml-value.ts';

const DEVICES: Readonly<Record<string, string>> = {
  'nvidia.com/gpu': 'nvidia',
  'amd.com/gpu': 'amd',
  'gpu.intel.com/i915': 'intel',
};

/** Of requests and limits the limits, as Kubernetes counts them. */
export function resourcesOf(value: PyValue | undefined, findings: Findings): Fields {
  const all = new Map([
    ...membersOf(memberAt(value, ['requests'])),
    ...membersOf(memberAt(value, ['limits'])),
  ]);
  return Object.assign({}, ...[...all].map(([key, amount]) => resourceOf(key, amount, findings)));
}

function resourceOf(key: string, amount: PyValue, findings: Findings): Fields {
  const text = scalarOf(amount) ?? '';
  if (key === 'cpu') return { cpu: cpuOf(text) };
  if (key === 'memory') return { memory: sizeOf(text) };
  if (key === 'ephemeral-storage') return { disk: sizeOf(text) };
  const vendor = Object.hasOwn(DEVICES, key) ? DEVICES[key] : undefined;
  if (vendor !== undefined && /^0+$/.test(text)) return {};
  if (vendor !== undefined)
    return { gpu: vendor === 'nvidia' ? countOf(text) : { count: countOf(text), vendor } };
  report(`resources.${key}: there is nothing like it in a job`, amount.at, findings);
  return {};
}

function countOf(text: string): Field {
  return /^\d+$/.test(text) ? new Written(text) : text;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function cpuOf(text: string): Field {
  const [, milli] = /^(\d{1,9})m$/.exec(text) ?? [];
  const number = milli === undefined ? text : String(Number(milli) / 1000);
  return /^\d+(?:\.\d+)?$/.test(number) ? new Written(number) : text;
}

function sizeOf(text: string): string {
  const [, number = '', unit = ''] = /^([\d.]+)([KMGT]i?|k)?$/.exec(text) ?? [];
  if (number === '') return text;
  return unit === '' ? `${Number(number) / 1e3}KB` : `${number}${unit.toUpperCase().replace('I', 'i')}B`;
}
