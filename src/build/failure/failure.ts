import { DOCKERFILE } from '../arguments/arguments.ts';
import type { FailureKind } from './kind.ts';
import { NETWORK_PAUSES } from './network.ts';
import { ownWords } from './said.ts';
import { SIGNS } from './signs.ts';

/** What a failed build was, from what buildx and BuildKit said: https://github.com/docker/buildx and moby/buildkit. */
export interface Failure {
  readonly kind: FailureKind;
  /** How often the build is tried again. */
  readonly retries: number;
  /** Milliseconds before each of them; undefined: short ones that grow. */
  readonly pauses?: readonly number[] | undefined;
}

export interface Symptoms {
  /** Everything buildx said outside the build, and the error of the vertex that failed. */
  readonly text: string;
  readonly code: number | undefined;
  readonly aborted: boolean;
  /** Whether a step of the user had begun: it may have had effects elsewhere. */
  readonly stepStarted: boolean;
  /** Whether the step that failed is one of ours, to which the network was away. */
  readonly networkFailed?: boolean;
}

const CANCELLED = /context canceled|code = Canceled|received (?:SIGINT|SIGTERM)|got \d+ SIGTERM/i;

/** What kind of failure it was, by what buildx wrote and how it ended, and how often it may be tried again. */
export function classify({ text, code, aborted, stepStarted, networkFailed }: Symptoms): Failure {
  if (aborted || code === 130 || code === 143) return { kind: 'cancelled', retries: 0 };
  const said = ownWords(text);
  const sign = SIGNS.find(({ says }) => says.test(said));
  if (sign?.kind === 'step' && networkFailed === true)
    return { kind: 'step', retries: NETWORK_PAUSES.length, pauses: NETWORK_PAUSES };
  if (sign !== undefined) return { kind: sign.kind, retries: sign.retries };
  if (CANCELLED.test(said)) return { kind: 'cancelled', retries: 0 };
  // BuildKit names the line: what stands there fails the same way each time.
  if (hasPlace(text)) return { kind: 'dockerfile', retries: 0 };
  return { kind: 'unknown', retries: stepStarted ? 0 : 1 };
}

function hasPlace(text: string): boolean {
  return text.split('\n').some((line) => line.startsWith(`${DOCKERFILE}:`));
}
