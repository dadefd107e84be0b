import { type Api, type ApiOptions, createApi } from './client.ts';
import { Watches } from './watches.ts';

/** What all runs of a process share that go to the same cluster. */
export interface ClusterConnection {
  readonly api: Api;
  readonly watches: Watches;
}

export function createConnection(options: ApiOptions): ClusterConnection {
  const api = createApi(options);
  return { api, watches: new Watches(api, options.clock) };
}
