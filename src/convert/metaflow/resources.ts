import type { Findings } from '../../findings.ts';
import { type Field, type Fields, Written } from '../draft/fields.ts';
import { report, reportComputed } from '../not-converted.ts';
import { lastPart, numberOf, type PyCall, type PyValue } from '../python/value.ts';

/** What one machine must have, so that each step of the flow finds what it asks for. */
export class Most {
  readonly #values = new Map<string, number>();
  #vendor: string | undefined;

  add(decorator: PyCall, owner: string, findings: Findings): void {
    for (const key of KEYS) {
      const value = decorator.keywords.get(key);
      if (value === undefined || value.kind === 'none') continue;
      const number = numberOf(value);
      if (number === undefined)
        reportComputed(`@${lastPart(decorator.name)} of ${owner}: ${key}`, value, findings);
      else this.#values.set(key, Math.max(number, this.#values.get(key) ?? 0));
    }
    const vendor = decorator.keywords.get('gpu_vendor');
    if (vendor?.kind === 'text') this.#vendor = vendor.text;
  }

  get isAny(): boolean {
    return this.#values.size > 0;
  }

  get fields(): Fields {
    return {
      gpu: this.#gpu,
      cpu: this.#count('cpu'),
      memory: this.#megabytes('memory'),
      disk: this.#megabytes('disk'),
      shm: this.#megabytes('shared_memory'),
    };
  }

  get #gpu(): Field | undefined {
    const count = this.#count('gpu');
    const isOther = count !== undefined && this.#vendor !== undefined && this.#vendor !== 'nvidia';
    return isOther ? { count, vendor: this.#vendor } : count;
  }

  #count(key: string): Field | undefined {
    const value = this.#values.get(key);
    return value === undefined || value === 0 ? undefined : new Written(String(value));
  }

  #megabytes(key: string): Field | undefined {
    const value = this.#values.get(key);
    return value === undefined || value === 0 ? undefined : `${value}MB`;
  }
}

/** Of `@resources`, `@kubernetes` and `@batch`; sizes are in MB. */
const KEYS = ['cpu', 'gpu', 'memory', 'disk', 'shared_memory'];

const OF_TIME: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600 };

/** Seconds of a `@timeout`; undefined where Python computes them. */
export function secondsOf(timeout: PyCall, owner: string, findings: Findings): number | undefined {
  let seconds = 0;
  for (const [key, factor] of Object.entries(OF_TIME)) {
    const value = timeout.keywords.get(key);
    const number = value === undefined ? 0 : numberOf(value);
    if (number === undefined && value !== undefined) {
      reportComputed(`@timeout of ${owner}: ${key}`, value, findings);
      return undefined;
    }
    seconds += (number ?? 0) * factor;
  }
  return seconds;
}

const TRIES = 3;

/** How often Metaflow tries a step; three times more than once where `@retry` does not say. */
export function triesOf(retry: PyCall | undefined): number {
  if (retry === undefined) return 1;
  return 1 + (numberOf(retry.keywords.get('times')) ?? TRIES);
}

export function durationText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${Math.ceil(seconds)}s`;
}

const TAKEN = [...KEYS, 'image', 'gpu_vendor'];

/** Of a cluster's decorator whatever only that cluster knows. */
export function reportOfCluster(decorator: PyCall, owner: string, findings: Findings): void {
  const name = lastPart(decorator.name);
  for (const [key, value] of decorator.keywords) {
    if (!TAKEN.includes(key) && value.kind !== 'none')
      reportKey(`@${name} of ${owner}: ${key}`, key, value, findings);
  }
  for (const text of decorator.spread)
    report(`@${name} of ${owner}: "${text}" is not read`, decorator.at, findings);
}

function reportKey(what: string, key: string, value: PyValue, findings: Findings): void {
  report(
    `${what}: ${HINTS[key] ?? 'of the cluster; choose the machine with "runs-on" or "backend"'}`,
    value.at,
    findings,
  );
}

const HINTS: Readonly<Record<string, string>> = {
  secrets: 'name the variables below "secrets", and give their values to the step of the workflow',
  image_pull_secrets: 'log in to the registry before the step, or use the input "registry-auth"',
  image_pull_policy: 'an image is found by its digest',
  use_tmpfs: 'write "shm"',
  tmpfs_size: 'write "shm"',
  persistent_volume_claims: 'write "mounts"',
  host_volumes: 'write "mounts"',
  efs_volumes: 'write "mounts"',
};
