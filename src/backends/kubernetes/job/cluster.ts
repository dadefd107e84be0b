import type { Clock } from '../../../io/clock.ts';
import type { diskOf } from '../../../io/fs/disk.ts';
import type { Repository } from '../../../oci/types.ts';
import type { Api } from '../api/client.ts';
import type { PullLogin } from './secrets.ts';

/** What the backend is made from. */
export interface Cluster {
  readonly api: Api;
  /** The one that runs are listed in; undefined: the kubeconfig's. */
  readonly namespace?: string | undefined;
  readonly clock: Clock;
  /** Values of the secrets that runs name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** undefined: without credentials. */
  pullLogin(repository: Repository): Promise<PullLogin | undefined>;
  /** A line of ours. */
  readonly progress: (line: string) => void;
  readonly diskOf?: typeof diskOf | undefined;
}

/** A run as the cluster knows it. */
export interface Target {
  readonly namespace: string;
  /** Of its Job. */
  readonly name: string;
}

export function jobPath({ namespace, name }: Target): string {
  return `${jobsPath(namespace)}/${name}`;
}

export function jobsPath(namespace: string): string {
  return `/apis/batch/v1/namespaces/${namespace}/jobs`;
}

export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/pods`;
}

export function podPath(namespace: string, pod: string): string {
  return `${podsPath(namespace)}/${pod}`;
}

export function secretsPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/secrets`;
}

export function servicesPath(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/services`;
}

/** Milliseconds since 1970, by a clock that is near those of the nodes. */
export async function serverTime({ api }: Cluster): Promise<number> {
  return (await api.call({ method: 'GET', path: '/version' })).date;
}
