import type { Verdict } from './types/verdict.ts';

/** As a person counts them: every other reason is a failure. */
const WORDS = ['succeeded', 'failed', 'cancelled', 'detached'] as const;

function wordOf({ reason }: Verdict): (typeof WORDS)[number] {
  return WORDS.find((word) => word === reason) ?? 'failed';
}

/** `failed, exit code 137 (oom-host)`; the reason stands there only where it says more than the word. */
export function outcomeText(verdict: Verdict): string {
  const word = wordOf(verdict);
  if (word !== 'failed') return word;
  const { reason, exitCode } = verdict;
  const code = exitCode === undefined ? '' : `, exit code ${exitCode}`;
  return `${word}${code}${reason === word ? '' : ` (${reason})`}`;
}

/** How a run ended and when: `failed, exit code 1, after 4.8 s`. */
export function outcomeOf(verdict: Verdict, took: string): string {
  return timed(outcomeText(verdict), took);
}

/** How the legs of a matrix ended: `3 succeeded, 1 failed, after 12.0 s`. */
export function outcomeOfAll(verdicts: readonly Verdict[], took: string): string {
  const counts = WORDS.map((word) => [verdicts.filter((one) => wordOf(one) === word).length, word] as const);
  const shown = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return timed(shown.join(', '), took);
}

/** What is said of a whole list is set apart from its last part by a comma. */
function timed(text: string, took: string): string {
  return `${text}${text.includes(', ') ? ',' : ''} after ${took}`;
}
