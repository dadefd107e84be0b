import type { Finding } from '../../errors.ts';

export type UploadFailureKind =
  | 'no-service'
  | 'enterprise'
  | 'taken'
  | 'quota'
  | 'denied'
  | 'network'
  | 'service'
  | 'file'
  | 'ended'
  | 'other';

/** Why nothing was uploaded, and what whoever knows said about it. */
export interface UploadFailure {
  readonly kind: UploadFailureKind;
  readonly detail: string;
}

/** What is looked at of an error of GitHub's client, or of the one for blobs that it uses. */
export interface ClientError {
  readonly name: string;
  readonly message: string;
  /** The status that a server of blobs answered with. */
  readonly status?: number | undefined;
}

const BY_NAME: Readonly<Record<string, UploadFailureKind>> = {
  GHESNotSupportedError: 'enterprise',
  UsageError: 'quota',
  NetworkError: 'network',
  UploadEnded: 'ended',
};

/** The client tells most things in words alone. */
const BY_MESSAGE: readonly (readonly [RegExp, UploadFailureKind])[] = [
  [
    /Unable to get the ACTIONS_(?:RUNTIME_TOKEN|RESULTS_URL)|Failed to get backend IDs|Invalid token specified/,
    'no-service',
  ],
  [/insufficient usage|storage quota/i, 'quota'],
  [/\(409\)|already exists/, 'taken'],
  [/\((?:401|403)\)/, 'denied'],
  [
    /\((?:429|5\d\d)\)|response from backend was not ok|is not valid JSON|Unexpected (?:token|end of JSON)/,
    'service',
  ],
  [
    /stalled|Request timeout|socket hang up|Unable to make request|\b(?:ECONN\w+|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EPIPE|EHOSTUNREACH)\b/,
    'network',
  ],
  [/zip creation|\b(?:EACCES|EIO|EMFILE|ENOENT|EPERM)\b/, 'file'],
];

export function uploadFailureOf({ name, message, status }: ClientError): UploadFailure {
  const detail = withoutSignature(message).split('\n')[0] ?? '';
  const kind =
    BY_NAME[name] ?? kindOfStatus(status) ?? BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1];
  return { kind: kind ?? 'other', detail };
}

function kindOfStatus(status: number | undefined): UploadFailureKind | undefined {
  if (status === undefined) return undefined;
  return status === 401 || status === 403 ? 'denied' : 'service';
}

/** Whoever has the signature of such an address may write the blob. */
function withoutSignature(text: string): string {
  return text.replace(/\bsig=[^&\s"']+/g, 'sig=***');
}

const KEEP = 'by a step of your own that takes the output `outputs`, with `if: always()` before it';

const HINTS: Readonly<Record<UploadFailureKind, string>> = {
  'no-service': `artifacts are uploaded only in a workflow of GitHub; keep the folder ${KEEP}`,
  enterprise: `keep the folder ${KEEP}: \`actions/upload-artifact@v3\` works there`,
  taken: 'run the workflow again: each attempt has names of its own',
  quota: 'delete old artifacts or shorten their retention: https://github.com/settings/billing',
  denied: `run the workflow again; the runner's token may end before a job of many hours does: take its folder elsewhere ${KEEP}`,
  network:
    'let the runner reach *.actions.githubusercontent.com and *.blob.core.windows.net, then run the workflow again',
  service: 'look at https://www.githubstatus.com, and run the workflow again',
  file: 'check that the runner can read the file, then run the workflow again',
  ended: 'check that the machine has memory left, then run the workflow again',
  other: 'run the workflow again',
};

/** Takes nothing from a run that is over: it says where its files still are. */
export function uploadFinding(run: string, folder: string, { kind, detail }: UploadFailure): Finding {
  const where = `the outputs of ${run} are only in "${folder}"`;
  if (kind === 'enterprise') {
    const message = `GitHub Enterprise Server does not have the artifacts that are uploaded here: ${where}`;
    return { level: 'notice', code: 'artifact', message, hint: HINTS[kind] };
  }
  return {
    level: 'warning',
    code: 'artifact',
    message: `nothing was uploaded: ${detail}; ${where}`,
    hint: HINTS[kind],
  };
}
