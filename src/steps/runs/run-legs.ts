import { type Finding, UserError } from '../../errors.ts';
import { outcomeOf, outcomeOfAll } from '../../run/outcome.ts';
import { capabilitiesOf } from '../../run/plan/capabilities.ts';
import { isGood } from '../../run/reason.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { Host } from '../../tools/host.ts';
import type { Tools } from '../../tools/tools.ts';
import { failedRun, notRun } from './failed-run.ts';

/** Runs one leg to its end; the host is its own, and is asked whether it is to stop. */
type RunLeg = (run: RunPlan, host: Host) => Promise<RunResult>;

/**
 * All combinations of a matrix, so many at a time as its job says. With `fail-fast` the first failure stops the others,
 * and what was not started is a result, too. The results stand in the order of the matrix.
 */
export async function runLegs(
  batch: readonly RunPlan[],
  tools: Tools,
  run: RunLeg,
): Promise<readonly RunResult[]> {
  const { host, caller } = tools;
  const atOnce = Math.min(batch.length, legsAtOnce(batch, caller.cpus, await placeOfLegs(batch, tools)));
  const legs = new Legs(host.cancelled, run);
  const start = (leg: RunPlan, prefix: string) => legs.run(leg, ownHost(host, legs.signal, prefix));
  const results =
    atOnce === 1
      ? await inPool(batch, 1, (leg) => host.group(titleOf(leg), () => start(leg, ''), outcomeOfRun))
      : await host.group(
          `Run ${batch[0]?.job}: ${batch.length} legs, ${atOnce} at a time`,
          () => inPool(batch, atOnce, (leg) => start(leg, prefixOf(leg, tools))),
          outcomeOfRuns,
        );
  legs.check();
  return results;
}

export function titleOf({ job, leg }: RunPlan): string {
  return leg === undefined ? `Run ${job}` : `Run ${job} (${leg.label})`;
}

export function outcomeOfRun({ verdict }: RunResult, took: string): string {
  return outcomeOf(verdict, took);
}

function outcomeOfRuns(runs: readonly RunResult[], took: string): string {
  return outcomeOfAll(
    runs.map(({ verdict }) => verdict),
    took,
  );
}

interface PlaceOfLegs {
  readonly queue: boolean;
  /** Whether they get the CPUs of this machine. */
  readonly here: boolean;
}

async function placeOfLegs([first]: readonly RunPlan[], { isHere }: Tools): Promise<PlaceOfLegs> {
  if (first === undefined) return { queue: false, here: true };
  return { queue: capabilitiesOf(first).queue, here: await isHere(first.backend) };
}

/**
 * What the job says; else all of them where a queue decides, one where it wants a GPU or runs on another machine, and as
 * many as the CPUs of this machine allow.
 */
export function legsAtOnce(batch: readonly RunPlan[], cpus: number, { queue, here }: PlaceOfLegs): number {
  const [first] = batch;
  if (first === undefined) return 1;
  const { leg, resources } = first;
  if (leg?.maxParallel !== undefined) return leg.maxParallel;
  if (queue) return batch.length;
  if (!here) return 1;
  if (resources.gpu !== undefined) return 1;
  const each = Math.max(1, resources.cpu?.min ?? resources.cpu?.max ?? 1);
  return Math.max(1, Math.floor(cpus / each));
}

/** What the legs of one job share: which of them failed first, and that the others stop for it. */
class Legs {
  readonly signal: AbortSignal;
  readonly #user: AbortSignal;
  readonly #run: RunLeg;
  readonly #stop = new AbortController();
  readonly #reported = new Set<string>();
  /** Why no other leg starts any more. */
  #reason: string | undefined;
  /** A bug of ours: thrown when nothing runs any more. */
  #bug: { readonly error: unknown } | undefined;

  constructor(user: AbortSignal, run: RunLeg) {
    this.#user = user;
    this.#run = run;
    this.signal = AbortSignal.any([user, this.#stop.signal]);
  }

  async run(leg: RunPlan, host: Host): Promise<RunResult> {
    if (this.signal.aborted) return notRun(leg, this.#stopped('not started'));
    const result = await this.#run(leg, host).catch((error: unknown) => this.#failed(leg, error, host));
    const verdict = this.#judged(result.verdict);
    if (isFailure(verdict)) this.#fail(leg);
    host.info([verdict.reason, verdict.detail].filter(Boolean).join(': '));
    return { ...result, verdict };
  }

  /** Throws what is a bug of ours, once every leg is over. */
  check(): void {
    if (this.#bug !== undefined) throw this.#bug.error;
  }

  /** Each once: what is wrong for one leg is mostly wrong for all. */
  #report(findings: readonly Finding[], host: Host): void {
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      if (!this.#reported.has(key)) host.finding(finding);
      this.#reported.add(key);
    }
  }

  #fail({ leg }: RunPlan): void {
    if (leg?.failFast !== true || this.#stop.signal.aborted) return;
    this.#reason = `${leg.label} failed`;
    this.#stop.abort();
  }

  #judged(verdict: Verdict): Verdict {
    return verdict.reason === 'cancelled' && !this.#user.aborted
      ? { ...verdict, ...this.#stopped('stopped') }
      : verdict;
  }

  #stopped(what: string): Verdict {
    if (this.#reason === undefined) return { reason: 'cancelled', detail: what };
    const hint = 'write "fail-fast: false" below "strategy" to let all of them end';
    return { reason: 'cancelled', detail: `${what}, because ${this.#reason}`, hint };
  }

  /** What the user can mend is the result of this leg; the results of the others are kept. */
  #failed(leg: RunPlan, error: unknown, host: Host): RunResult {
    if (error instanceof UserError) {
      this.#report(error.findings, host);
      return failedRun(leg, error);
    }
    this.#bug ??= { error };
    this.#stop.abort();
    return notRun(leg, { reason: 'internal' });
  }
}

function isFailure(verdict: Verdict): boolean {
  return !isGood(verdict) && verdict.reason !== 'cancelled';
}

/** In order, so many at a time; the answers stand in the order of the items. */
async function inPool<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/**
 * The host as one leg has it: its lines say whose they are, and it stops with the others. Its signals are its own, since
 * Node warns of one that many listen to.
 */
function ownHost(host: Host, cancelled: AbortSignal, prefix: string): Host {
  return {
    ...host,
    cancelled: AbortSignal.any([cancelled]),
    ...(host.leaving === undefined ? {} : { leaving: AbortSignal.any([host.leaving]) }),
    info: (line) => host.info(`${prefix}${line}`),
    lines: (texts) => host.lines(texts.map((text) => `${prefix}${text}`)),
    bar: (text) => host.bar(`${prefix}${text}`),
  };
}

/** A label holds text of the spec, which must be no command of the runner's. */
function prefixOf({ leg }: RunPlan, { cleaner }: Pick<Tools, 'cleaner'>): string {
  if (leg === undefined) return '';
  const one = cleaner();
  const lines = [...one.push(Buffer.from(`[${leg.label}] \n`)), ...one.end()];
  return lines.join('');
}
