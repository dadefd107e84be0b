import { isHosted } from '../disk/free-space.ts';
import type { Variables } from '../io/process/exec.ts';
import type { Built } from '../tools/builder.ts';
import { type Attempt, type AttemptTools, buildOnce, type Outcome } from './attempt.ts';
import { findBuildx } from './command/buildx.ts';
import { failureError } from './failure/error.ts';
import type { BuildRecord } from './progress/display.ts';

export type AttemptOptions = Omit<Attempt, 'buildx'>;

interface RetryTools extends AttemptTools {
  readonly env: Variables;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Builds as often as its failure says that trying again may help. */
export async function buildWithRetries(
  attempt: AttemptOptions,
  options: RetryTools,
): Promise<Built | undefined> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await attemptBuild(attempt, options);
    if ('built' in outcome) return outcome.built;

    const { failure, record } = outcome;
    const error = failureError(failure, record, attempt.request.plan, isHosted(options.env));
    if (tries > failure.retries || options.signal.aborted) throw error;
    const { retries, pauses } = failure;
    const pause = pauses?.[tries - 1] ?? backoff(tries);
    // Its last lines stand above.
    const said = pauses === undefined ? error.message : networkSentence(record);
    options.log.info(
      `${said}; the build is tried again in ${Math.ceil(pause / 1_000)} s (${tries} of ${retries})`,
    );
    await options.wait(pause);
  }
}

function networkSentence({ failed }: BuildRecord): string {
  return `the network failed the step "${failed?.title?.title}"`;
}

/** In the first way to call buildx that knows it. */
async function attemptBuild(attempt: AttemptOptions, options: RetryTools): Promise<Outcome> {
  const [first, ...others] = await findBuildx(options.env);
  let outcome = await buildOnce({ ...attempt, buildx: first }, options);
  for (const buildx of others) {
    if ('built' in outcome || outcome.failure.kind !== 'no-buildx') break;
    outcome = await buildOnce({ ...attempt, buildx }, options);
  }
  return outcome;
}

/** Milliseconds, random so that many runners do not come back at once. */
function backoff(tries: number): number {
  return Math.random() * Math.min(30_000, 1_000 * 2 ** tries);
}
