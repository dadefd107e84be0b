import { NETWORK_PAUSES } from './network.ts';

/** What a failed build was, from what buildx and BuildKit said: https://github.com/docker/buildx and moby/buildkit. */
export interface Failure {
  readonly kind: FailureKind;
  /** How often the build is tried again. */
  readonly retries: number;
  /** Milliseconds before each of them; undefined: short ones that grow. */
  readonly pauses?: readonly number[] | undefined;
}

export type FailureKind =
  | 'cancelled'
  | 'step'
  | 'dockerfile'
  | 'disk'
  | 'exists'
  | 'no-buildx'
  | 'old-buildx'
  | 'no-builder'
  | 'no-contact'
  | 'no-daemon'
  | 'classic-store'
  | 'certificate'
  | 'network'
  | 'builder-died'
  | 'denied'
  | 'push'
  | 'not-found'
  | 'cache'
  | 'unknown';

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

interface Sign {
  readonly kind: FailureKind;
  readonly says: RegExp;
  readonly retries: number;
}

/** The first sign that fits decides: narrow before wide, and a step first, whose error repeats the user's own text. */
const SIGNS: readonly Sign[] = [
  { kind: 'step', says: /did not complete successfully: exit code: \d+/, retries: 0 },
  { kind: 'disk', says: /no space left on device|ENOSPC|disk quota exceeded/i, retries: 0 },
  // Of an engine into which two builds put the same image at once: whoever asked looks what is there now.
  { kind: 'exists', says: /image "[^"]*": already exists/, retries: 0 },
  {
    kind: 'no-buildx',
    says: /buildx' is not a docker command|unknown command: docker buildx|unknown flag: --progress/,
    retries: 0,
  },
  {
    kind: 'old-buildx',
    says: /invalid progress mode|unknown flag: --(?:metadata-file|provenance|sbom|buildkitd-config)|unknown type "image"/,
    retries: 0,
  },
  { kind: 'no-builder', says: /no builder "[^"]*" found|builder instance .* not found/, retries: 0 },
  // Of buildx itself, which has waited for the builder; BuildKit's own time-outs come with "failed to solve".
  {
    kind: 'no-contact',
    says: /^ERROR: (?:failed to build: )?context deadline exceeded/m,
    retries: 0,
  },
  {
    kind: 'classic-store',
    says: /containerd image store|not (?:currently )?supported (?:for|by) the docker (?:driver|exporter)|docker exporter does not/i,
    retries: 0,
  },
  {
    kind: 'builder-died',
    says: /code = Unavailable|error reading from server: EOF|frontend grpc server closed unexpectedly|closing transport/,
    retries: 1,
  },
  {
    kind: 'no-daemon',
    says: /cannot connect to the docker daemon|failed to connect to the docker API|permission denied while trying to connect to the docker|error during connect/i,
    retries: 0,
  },
  {
    kind: 'certificate',
    says: /x509:|certificate signed by unknown authority|tls: failed to verify/i,
    retries: 0,
  },
  {
    kind: 'denied',
    says: /pull access denied|insufficient_scope|unauthorized|authentication required|\b40[13] (?:Unauthorized|Forbidden)|denied:/i,
    retries: 0,
  },
  // Registries lose their way when several builds upload the same blob at once; what is there already goes quickly.
  {
    kind: 'push',
    says: /failed to push[\s\S]*(?:blob (?:upload )?unknown|digest did not match uploaded content|digest invalid)/i,
    retries: 2,
  },
  {
    kind: 'network',
    says: /\b(?:408|429|50[0234])\b|too many requests|\bEOF\b|connection (?:reset|refused)|i\/o timeout|TLS handshake timeout|context deadline exceeded|no such host|server misbehaving|network is unreachable|broken pipe/i,
    retries: 3,
  },
  {
    kind: 'not-found',
    says: /(?:failed to resolve source metadata|failed to load metadata|failed to copy|failed to fetch)[\s\S]*not found|manifest unknown|name unknown/i,
    retries: 0,
  },
  {
    kind: 'dockerfile',
    says: /dockerfile parse error|unknown instruction|failed to read dockerfile|failed to process "|target stage .* could not be found/i,
    retries: 0,
  },
  {
    kind: 'cache',
    says: /failed to (?:configure|solve).*cache|error writing layer blob.*cache|cache export/i,
    retries: 1,
  },
];

const CANCELLED = /context canceled|code = Canceled|received (?:SIGINT|SIGTERM)|got \d+ SIGTERM/i;

export function classify({ text, code, aborted, stepStarted, networkFailed }: Symptoms): Failure {
  if (aborted || code === 130 || code === 143) return { kind: 'cancelled', retries: 0 };
  const sign = SIGNS.find(({ says }) => says.test(text));
  if (sign?.kind === 'step' && networkFailed === true)
    return { kind: 'step', retries: NETWORK_PAUSES.length, pauses: NETWORK_PAUSES };
  if (sign !== undefined) return { kind: sign.kind, retries: sign.retries };
  if (CANCELLED.test(text)) return { kind: 'cancelled', retries: 0 };
  return { kind: 'unknown', retries: stepStarted ? 0 : 1 };
}
