import type { LaunchFailure } from '../../../../run/reason.ts';
import { bringInputs, type ReadyInputs, waitsForInputs } from '../../inputs/bring.ts';
import type { Cluster, Target } from '../../job/cluster.ts';
import type { ObservedRun } from '../observed-run.ts';
import type { WaitState } from './wait-state.ts';

interface BroughtOptions {
  readonly target: Target;
  readonly observed: ObservedRun;
  readonly signal: AbortSignal;
  readonly inputs: ReadyInputs | undefined;
}

/** Brought to each node when its pod waits for them, and not again: one that waits does so for some minutes only. */
export class BroughtInputs {
  readonly #starting: BroughtOptions;
  readonly #cluster: Cluster;
  readonly #brought = new Set<string>();
  readonly #closing = new AbortController();
  #failure: LaunchFailure | undefined;
  readonly #errors: unknown[] = [];

  constructor(starting: BroughtOptions, cluster: Cluster) {
    this.#starting = starting;
    this.#cluster = cluster;
  }

  /** Begins with whoever waits now; how it went is told at the next call. undefined: nobody waits for what is here. */
  bring(): WaitState | undefined {
    if (this.#errors.length > 0) throw this.#errors[0];
    if (this.#failure !== undefined) return { kind: 'failed', failure: this.#failure };
    const { inputs, observed } = this.#starting;
    if (inputs === undefined) return undefined;
    const waiting = observed.nodes.filter(
      ({ isGone, pod }) => !isGone && waitsForInputs(pod) && !this.#brought.has(pod.metadata.uid),
    );
    for (const { pod } of waiting) {
      this.#brought.add(pod.metadata.uid);
      void this.#bringTo(pod, inputs);
    }
    const isBringing = observed.nodes.some(
      ({ pod }) => this.#brought.has(pod.metadata.uid) && waitsForInputs(pod),
    );
    return isBringing ? { kind: 'pulling', detail: 'its inputs' } : undefined;
  }

  /** Whoever does not wait for the start any more brings nothing. */
  close(): void {
    this.#closing.abort();
  }

  async #bringTo(pod: ObservedRun['nodes'][number]['pod'], inputs: ReadyInputs): Promise<void> {
    const { signal: cancelled, target } = this.#starting;
    const signal = AbortSignal.any([cancelled, this.#closing.signal]);
    try {
      this.#failure ??= await bringInputs({ pod, target, inputs, signal }, this.#cluster);
    } catch (error) {
      this.#errors.push(error);
    }
  }
}
