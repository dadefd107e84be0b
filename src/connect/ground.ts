import type { LocalFile } from '../download/input-file.ts';
import type { Inputs } from '../inputs.ts';
import type { Clock } from '../io/clock.ts';
import type { EngineApi } from '../io/engine.ts';
import type { Exec, Variables } from '../io/exec.ts';
import type { Credentials } from '../registry/login/credentials.ts';
import type { Masker } from '../run/mask/masker.ts';
import type { InputFile } from '../spec/data.ts';
import type { Caller, Host, Registry, Source, Tools } from '../tools.ts';

export interface Surroundings {
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
export interface Ground extends Surroundings {
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
}
