import type { Result } from '../../tools/result.ts';
import { pendingJson } from '../pending-json.ts';
import { hideIn, type Json } from '../plan-json.ts';
import { resultJson } from '../result-json.ts';

/** GitHub takes no output of 1 MiB and more: https://docs.github.com/en/actions/reference/limits */
const MAX_BYTES = 900 * 1024;

/** What decides how the whole result is told. */
export interface ResultContext {
  /** Whether the code is: what it asks of a second job is told of trusted code alone. */
  readonly trusted: boolean;
  /** Takes secrets out of a text. */
  readonly hide?: ((text: string) => string) | undefined;
}

/** The whole; else without what was started; else without what another job could start. */
export function resultText(result: Result, context: ResultContext): string {
  const whole = printed(result, context, 'whole');
  if (Buffer.byteLength(whole) <= MAX_BYTES) return whole;
  const short = printed(result, context, 'short');
  if (Buffer.byteLength(short) <= MAX_BYTES) return short;
  return printed(
    result,
    { ...context, pendingProblem: 'what it says is more than an output may hold' },
    'short',
  );
}

interface PrintContext extends ResultContext {
  /** Why no other job of the workflow can start what was not started here. */
  readonly pendingProblem?: string | undefined;
}

function printed(result: Result, context: PrintContext, length: 'whole' | 'short'): string {
  const { trusted, hide = String } = context;
  const json = hideIn(resultJson(result, trusted, length), hide) as Readonly<Record<string, Json>>;
  return JSON.stringify({ ...json, pending: trusted ? pendingJson(result, context) : [] });
}
