import posix from 'node:path/posix';
import { networkVariables, type RunNetwork } from '../../../run/network/network.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Job } from '../api/answers.ts';
import { networkName } from './names.ts';
import { ownedBy } from './secrets.ts';

/**
 * Certificates, proxies and indexes of the machine that starts a run, in a Secret that goes with the Job: addresses may
 * hold logins. undefined: there is nothing.
 */
export function networkSecret(run: RunPlan, job: Job, network: RunNetwork): object | undefined {
  if (isEmpty(network)) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: networkName(job.metadata.name), ...ownedBy(job, run) },
    data: dataOf(network),
  };
}

/** All runs of a process get the same, and a bundle of certificates is large. */
const ENCODED = new WeakMap<RunNetwork, Readonly<Record<string, string>>>();

function dataOf(network: RunNetwork): Readonly<Record<string, string>> {
  const known = ENCODED.get(network);
  if (known !== undefined) return known;
  const files = [...network.files].map(([path, content]) => [posix.basename(path), base64(content)]);
  const variables = [...network.env].map(([name, value]) => [name, base64(value)]);
  const data = Object.fromEntries([...variables, ...files]);
  ENCODED.set(network, data);
  return data;
}

/** Variables of the container; what an image says itself cannot be asked for here. */
export function networkEnv(run: RunPlan, job: string, network: RunNetwork): readonly object[] {
  return [...networkVariables(network, run).keys()].map((key) => ({
    name: key,
    valueFrom: { secretKeyRef: { name: networkName(job), key } },
  }));
}

function isEmpty({ files, env }: RunNetwork): boolean {
  return files.size === 0 && env.size === 0;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
