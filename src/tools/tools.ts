/** What the story asks of the world: small interfaces, types only. */

import type { Finding } from '../errors.ts';
import type { TargetFacts } from '../fit/facts.ts';
import type { BackendName } from '../jobspec/job/backend-names.ts';
import type { BackendChoice } from '../jobspec/job/job.ts';
import type { Cleaner } from '../log/log.ts';
import type { Handle } from '../run/types/handle.ts';
import type { RunPlan } from '../run/types/plan.ts';
import type { LookedAtRun } from '../run/types/written-run.ts';
import type { LayerEntry, LayerFile } from '../verify/entry.ts';
import type { Artifacts } from './artifacts.ts';
import type { Backend } from './backend.ts';
import type { Builder } from './builder.ts';
import type { Caller } from './caller.ts';
import type { Engine } from './engine.ts';
import type { HeldBases } from './held-bases.ts';
import type { Host } from './host.ts';
import type { Signer } from './outputs/signer.ts';
import type { Baseline } from './pull-requests/baseline.ts';
import type { Registry } from './registry.ts';
import type { RunFiles } from './run-files.ts';
import type { Runs } from './runs.ts';
import type { Source } from './source.ts';
import type { Storage } from './storage.ts';

/** Everything the story asks of the world. */
export interface Tools {
  readonly host: Host;
  readonly source: Source;
  readonly registry: Registry;
  readonly engine: Engine;
  readonly builder: Builder;
  readonly storage: Storage;
  /** What is in a layer, from its compressed bytes. */
  layerEntries(bytes: AsyncIterable<Uint8Array>, mediaType: string): AsyncIterable<LayerEntry>;
  /** The names in a layer, with the beginning of those files that `wanted` gives a number of bytes for. */
  layerFiles(
    bytes: AsyncIterable<Uint8Array>,
    mediaType: string,
    wanted: (path: string) => number,
  ): AsyncIterable<LayerFile>;
  readonly caller: Caller;
  readonly heldBases: HeldBases;
  /** undefined: there is nothing to compare with. */
  baseline(): Promise<Baseline | undefined>;
  /** A backend that was given the values of the secrets a run names. */
  backend(choice: BackendChoice, secrets: ReadonlyMap<string, string>): Promise<Backend>;
  /** What the place of a run will not take of it, as far as that is known here without asking anybody. */
  refusals(run: LookedAtRun): Promise<readonly Finding[]>;
  /** Whether its runs get the CPUs, GPUs and disks of this machine. */
  isHere(choice: BackendChoice): Promise<boolean>;
  /** What the places offer of which a run gets one; none: nobody says. */
  targets(choice: BackendChoice): Promise<readonly TargetFacts[]>;
  /** What opens a shell beside a run, with the user's terminal, and gives its exit code; undefined: there is none. */
  terminal(backend: BackendName): Promise<((handle: Handle) => Promise<number>) | undefined>;
  files(run: Pick<RunPlan, 'id'>): Promise<RunFiles>;
  readonly runs: Runs;
  /** Takes work that the result does not wait for, and that ends by itself; the process ends after it. */
  afterwards(work: Promise<void>): void;
  /** undefined: nobody asked for it. */
  readonly artifacts: Artifacts | undefined;
  /** undefined: nobody asked for it, or the workflow has no right to it. */
  readonly signer: Signer | undefined;
  /** A cleaner for one stream of foreign bytes; `keep` is told what of them may be kept. */
  cleaner(keep?: (bytes: Uint8Array) => void): Cleaner;
  /** A file of the caller's machine outside the repository, such as the defaults file. */
  readText(path: string): Promise<string | undefined>;
}
