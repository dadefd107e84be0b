const START = 'start Docker, or say in DOCKER_HOST where it listens';
const GROUP = 'let this user talk to the engine: add it to the group "docker" and log in again';
const AUTHORITY =
  'its certificate is of an authority that is not trusted here: put that one into ca.pem, in DOCKER_CERT_PATH or in the Docker context';
const CLIENT =
  'it takes no client without a certificate of its own authority: put cert.pem and key.pem into DOCKER_CERT_PATH, or into the Docker context';

/** What to do when an engine cannot be reached, by the code of the error, which Node and OpenSSL have given it. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', START],
  ['ECONNREFUSED', START],
  ['EACCES', GROUP],
  ['EPERM', GROUP],
  ['ENOTFOUND', 'there is no such host: check how it is written'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', AUTHORITY],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', AUTHORITY],
  ['CERT_SIGNATURE_FAILURE', AUTHORITY],
  ['CERT_HAS_EXPIRED', 'its certificate is too old: ask whoever runs the engine for a new one'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name than the one that is written'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', CLIENT],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', CLIENT],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', CLIENT],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', CLIENT],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'what listens there speaks no TLS: check the port, which is mostly 2376'],
]);

export function engineHint(code: string): string | undefined {
  return HINTS.get(code);
}
