import { AddressRefused } from './address.ts';
import { CallError, type Repeat } from './retry.ts';

interface Fault {
  readonly text: string;
  readonly repeat?: Repeat;
  readonly hint?: string;
}

const AGAIN: Repeat = {};
const CA_HINT = 'if a company proxy inspects TLS, give its CA bundle in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE';

const CLOSED_EARLY: Fault = {
  text: 'the connection was closed in the middle of the answer',
  repeat: AGAIN,
};
const NOT_TAKEN: Fault = {
  text: 'it does not take connections',
  repeat: AGAIN,
  hint: 'check the network, HTTPS_PROXY and NO_PROXY',
};
const OTHER_LENGTH: Fault = { text: 'its answer did not have the length that it announced', repeat: AGAIN };
const SILENT: Fault = { text: 'it does not answer', repeat: AGAIN };
const STOPPED: Fault = { text: 'it stopped in the middle of its answer', repeat: AGAIN };

/** Codes of Node, of undici and of our own transport that have been seen, in words. */
const FAULTS: Readonly<Record<string, Fault>> = {
  ECONNRESET: { text: 'the connection was reset', repeat: AGAIN },
  ECONNREFUSED: {
    text: 'nothing answers there',
    repeat: { most: 4 },
    hint: 'check the host and the port, and that the server is running',
  },
  EPIPE: { text: 'the connection was closed', repeat: AGAIN },
  ERR_STREAM_PREMATURE_CLOSE: CLOSED_EARLY,
  ETIMEDOUT: { text: 'the connection timed out', repeat: AGAIN },
  EHOSTUNREACH: { text: 'there is no route to it', repeat: AGAIN },
  ENETUNREACH: { text: 'there is no route to it', repeat: AGAIN },
  ENETDOWN: { text: 'the network is down', repeat: AGAIN },
  ECONNABORTED: { text: 'the connection was aborted', repeat: AGAIN },
  EADDRNOTAVAIL: { text: 'there is no free port to connect from', repeat: AGAIN },
  EAI_AGAIN: { text: 'its name cannot be looked up now', repeat: AGAIN },
  ENOTFOUND: { text: 'there is no such host', repeat: { most: 2 }, hint: 'check its spelling' },
  CLOSED: CLOSED_EARLY,
  CLOSED_BEFORE: CLOSED_EARLY,
  UND_ERR_SOCKET: CLOSED_EARLY,
  CONNECT_TIMEOUT: NOT_TAKEN,
  UND_ERR_CONNECT_TIMEOUT: NOT_TAKEN,
  HEADERS_TIMEOUT: SILENT,
  UND_ERR_HEADERS_TIMEOUT: SILENT,
  BODY_TIMEOUT: STOPPED,
  UND_ERR_BODY_TIMEOUT: STOPPED,
  HPE_UNEXPECTED_CONTENT_LENGTH: OTHER_LENGTH,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: OTHER_LENGTH,
  HPE_HEADER_OVERFLOW: { text: 'the headers of its answer are too large' },
  UND_ERR_HEADERS_OVERFLOW: { text: 'the headers of its answer are too large' },
  UND_ERR_ABORTED: { text: 'the proxy refused the connection', hint: 'check HTTPS_PROXY and NO_PROXY' },
};

/** Why a request brought no answer, as an error a user can act on; what is not about the network passes unchanged. */
export function networkError(error: unknown, call: string): unknown {
  const inner = innermost(error);
  if (inner instanceof AddressRefused) return refused(inner, call);
  const fault = unnamed(inner, faultOf(codeOf(inner)));
  if (fault === undefined) return inner;
  return new CallError(`${call}: ${fault.text}`, {
    code: 'unreachable',
    hint: fault.hint,
    repeat: fault.repeat,
    cause: error,
  });
}

/** Hosts that are asked when nobody wrote any name: how they are written is not the mistake. */
const UNWRITTEN =
  /(?:^|\.)(?:docker\.io|docker\.com|ghcr\.io|github\.com|githubusercontent\.com|pypi\.org|pythonhosted\.org|pytorch\.org|nvidia\.com|nvcr\.io|mcr\.microsoft\.com|quay\.io|gcr\.io|anaconda\.org)$/;

function unnamed(error: unknown, fault: Fault | undefined): Fault | undefined {
  const isLookup = ['ENOTFOUND', 'EAI_AGAIN'].includes(codeOf(error));
  const host = isLookup && error instanceof Error && 'hostname' in error ? String(error.hostname) : '';
  if (fault === undefined || !UNWRITTEN.test(host)) return fault;
  return {
    ...fault,
    text: `the name ${host} cannot be looked up from this machine`,
    hint: 'check the network of the machine, its DNS, and HTTPS_PROXY; a mirror is named in a file of defaults with "mirrors"',
  };
}

function faultOf(code: string): Fault | undefined {
  return FAULTS[code] ?? familyOf(code);
}

function refused(error: AddressRefused, call: string): CallError {
  return new CallError(
    `${call}: the answer leads to an address of this machine or network: ${error.message}`,
    {
      code: 'address-refused',
      hint: 'the registry or its token server is misconfigured, or must not be trusted',
      cause: error,
    },
  );
}

/** Whether nothing was sent, because no connection came about. */
export function isUnreached(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND'].includes(codeOf(innermost(error)));
}

/** A server of another protocol, or of TLS where none was begun, or the other way round. */
const OTHER_PROTOCOL =
  /^(HPE_|EPROTO$|ERR_ASSERTION$|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|HTTPS?_)|ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)/;

function familyOf(code: string): Fault | undefined {
  if (OTHER_PROTOCOL.test(code)) {
    return {
      text: `what answers there does not speak HTTP as expected (${code})`,
      repeat: { most: 2 },
      hint: 'check the host and the port, and whether it needs TLS: only a registry on this machine is contacted without it',
    };
  }
  if (/^(ERR_SSL_|ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/.test(code)) {
    return { text: `its certificate cannot be trusted (${code})`, hint: CA_HINT };
  }
  return code.startsWith('UND_ERR_') ? { text: `the request failed (${code})` } : undefined;
}

/** Several addresses were tried (AggregateError), or one error stands behind another. */
function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (error instanceof Error && codeOf(error) === '' && error.cause !== undefined)
    return innermost(error.cause);
  return error;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (name === 'TimeoutError') return 'ETIMEDOUT';
  // undici gives it a code only where its parser knows one.
  if (name === 'HTTPParserError') return typeof code === 'string' ? code : 'HPE_INVALID';
  return typeof code === 'string' ? code : '';
}
