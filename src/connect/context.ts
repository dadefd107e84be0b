import type { ClusterConnection } from '../backends/kubernetes/api/connection.ts';
import type { LocalFile } from '../download/input-file.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Clock } from '../io/clock.ts';
import type { EngineApi } from '../io/engine/api.ts';
import type { Exec, Variables } from '../io/process/exec.ts';
import type { InputFile } from '../jobspec/job/data.ts';
import type { Masker } from '../log/mask/masker.ts';
import type { Credentials } from '../registry/login/credentials.ts';
import type { RunNetwork } from '../run/network/network.ts';
import type { Caller } from '../tools/caller.ts';
import type { Host } from '../tools/host.ts';
import type { Registry } from '../tools/registry.ts';
import type { Source } from '../tools/source.ts';
import type { Tools } from '../tools/tools.ts';

export interface ConnectOptions {
  readonly env: Variables;
  readonly host: Host;
  /** What the host hides, and everything else that is shown or kept. */
  readonly masker: Masker;
  readonly clock: Clock;
  readonly caller: Caller;
  /** Called for every request that goes out to a registry. */
  readonly onRequest?: ((request: { readonly method: string; readonly url: URL }) => void) | undefined;
}

/** The file of an input that has an address. */
export type Downloads = (input: InputFile) => Promise<LocalFile>;

/** What several tools are made from. */
export interface ConnectContext extends ConnectOptions {
  readonly inputs: Inputs;
  readonly exec: Exec;
  readonly temporary: string;
  readonly source: Source;
  /** Values that nothing may show or keep from now on; `what` they are, for the user. */
  readonly mask: (values: readonly string[], what: string) => void;
  readonly cleaner: Tools['cleaner'];
  readonly credentials: () => Promise<Credentials>;
  readonly registry: () => Promise<Registry>;
  readonly engine: () => Promise<EngineApi>;
  readonly downloads: () => Promise<Downloads>;
  /** By the name of a context of the kubeconfig; undefined: its current one. */
  readonly cluster: (context: string | undefined) => Promise<ClusterConnection>;
  /** What runs get of this machine to reach the network, where nobody else can read it. */
  readonly network: () => Promise<RunNetwork>;
}
