import type { Step } from '../../recipe/step.ts';

/** Milliseconds before each further try: long enough for a resolver or a mirror to come back. */
export const NETWORK_PAUSES: readonly number[] = [5_000, 15_000, 30_000];

/** What only fetches and installs; commands of the user may have had effects elsewhere, and are not repeated. */
const INSTALLING: ReadonlySet<Step['kind']> = new Set(['apt', 'conda', 'python']);

/** What apt, pip, uv, conda, git and curl say when the network failed them, after their own tries. */
const PASSING =
  /Temporary failure|Could not resolve host|Unable to connect to|Could not connect to|Cannot initiate the connection|Error reading from server|Connection (?:reset|broken|timed out|aborted)|Max retries exceeded|Read timed out|connect timeout|ConnectTimeout|operation timed out|request timed out|TLS handshake timeout|Remote end closed connection|IncompleteRead|Network is unreachable|No route to host|Connection failed|\b50[234] (?:Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)|(?:error|status(?: code)?:?) 50[234]\b|HTTP 50[234]\b|Hash Sum mismatch|File has unexpected size|Mirror sync in progress|CONNECTION FAILED|CondaHTTPError/i;

/** What stays as it is, whatever else was said: another try would only take longer to tell it. */
const LASTING =
  /CERTIFICATE_VERIFY_FAILED|certificate verify failed|unable to get local issuer|invalid peer certificate|\b40[1347] (?:Client Error|Unauthorized|Forbidden|Not Found|Proxy)|\b(?:status(?: code)?:?|error:?|HTTP) 40[1347]\b|Connection refused|Name or service not known|DO NOT MATCH THE HASHES|Hash mismatch for|no space left on device/i;

/** Whether a step failed because the network was away for a moment, so that it may do the next time. */
export function isNetworkFailure(step: Step | undefined, lines: readonly string[]): boolean {
  if (step === undefined || step.offline === true || !INSTALLING.has(step.kind)) return false;
  const text = lines.join('\n');
  return PASSING.test(text) && !LASTING.test(text);
}
