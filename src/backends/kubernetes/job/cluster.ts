import type { Clock } from '../../../io/clock.ts';
import type { diskOf } from '../../../io/fs/disk.ts';
import type { Archive } from '../../../io/inputs/moved-tar.ts';
import type { InputFile } from '../../../jobspec/job/data.ts';
import type { Repository } from '../../../oci/types.ts';
import { NAMED_CONTEXT } from '../../../run/detach/attach-command.ts';
import type { RunNetwork } from '../../../run/network/network.ts';
import type { ClusterConnection } from '../api/connection.ts';
import type { PullLogin } from './secrets.ts';

/** What the backend is made from. */
export interface Cluster extends ClusterConnection {
  /** The context that was named, by a spec or by the operator's defaults; undefined: the current one is used. */
  readonly context?: string | undefined;
  /** The one that runs are listed in; undefined: the kubeconfig's. */
  readonly namespace?: string | undefined;
  readonly clock: Clock;
  /** Values of the secrets that runs name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** What the machine gives to runs so that they reach the network as it does; undefined: nothing. */
  network?(): Promise<RunNetwork>;
  /** Fetches and checks inputs: tars of them with absolute paths. */
  readonly inputs?: (inputs: readonly InputFile[]) => Promise<readonly Archive[]>;
  /** What the operator lets jobs see; undefined: no claim. */
  readonly allowMounts?: string | undefined;
  /** undefined: without credentials. */
  pullLogin(repository: Repository): Promise<PullLogin | undefined>;
  /** Seconds that the grace of a cancel may last where we are; undefined: as long as the job says. */
  readonly longestGrace?: number | undefined;
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

/** What a handle says of where a run is. */
export function nativeOf({ api, context }: Cluster, namespace: string): Readonly<Record<string, string>> {
  const { context: used, server } = api.access;
  return {
    server,
    ...(used === undefined ? {} : { context: used }),
    ...(context === undefined ? {} : { [NAMED_CONTEXT]: context }),
    namespace,
  };
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
