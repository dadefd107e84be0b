import { describe, expect, it } from '@jest/globals';
import { classify } from '../../../src/build/failure/failure.ts';
import { isNetworkFailure } from '../../../src/build/failure/network.ts';
import { step } from '../requests.ts';

const APT = step('apt', 'apt-get install git', { kind: 'apt' });
const PIP = step('requirements', 'pip install', { kind: 'python' });
const CONDA = step('environment.yml', 'micromamba install', { kind: 'conda' });

/** The last lines as the tools write them. */
const PASSING = [
  [
    "W: Failed to fetch http://mirror.example.com/debian/dists/trixie/InRelease  Temporary failure resolving 'mirror.example.com'",
    APT,
  ],
  ['E: Failed to fetch http://mirror.example.com/x.deb  Connection timed out [IP: 192.0.2.132 80]', APT],
  [
    'E: Failed to fetch http://mirror.example.com/x.deb  Unable to connect to mirror.example.com:http: [IP: 192.0.2.132 80]',
    APT,
  ],
  [
    'W: Failed to fetch http://mirror.example.com/InRelease  Cannot initiate the connection to mirror.example.com:80',
    APT,
  ],
  [
    'E: Failed to fetch http://mirror.example.com/x.deb  Error reading from server. Remote end closed connection',
    APT,
  ],
  [
    'E: Failed to fetch http://mirror.example.com/x.deb  502  Bad Gateway [IP: 192.0.2.132 80]\nE: Unable to fetch some archives\n503 Service Unavailable',
    APT,
  ],
  ['E: Failed to fetch http://mirror.example.com/dists/trixie/main/Packages.xz  Hash Sum mismatch', APT],
  [
    'E: Failed to fetch http://mirror.example.com/Packages  File has unexpected size (1 != 2). Mirror sync in progress?',
    APT,
  ],
  [
    'WARNING: Retrying (Retry(total=0)) after connection broken by \'NewConnectionError("[Errno -3] Temporary failure in name resolution")\': /simple/six/\nERROR: No matching distribution found for six',
    PIP,
  ],
  [
    'ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host=\'files.pythonhosted.org\', port=443): Max retries exceeded with url: /x.whl (Caused by ReadTimeoutError("Read timed out. (read timeout=15)"))',
    PIP,
  ],
  ['pip._vendor.urllib3.exceptions.ProtocolError: ("Connection broken: IncompleteRead(1 bytes read)")', PIP],
  [
    'error: Request failed after 3 retries\n  Caused by: dns error: failed to lookup address information: Temporary failure in name resolution',
    PIP,
  ],
  [
    'ERROR: HTTP error 503 while getting https://files.pythonhosted.org/x.whl\n503 Server Error: Service Unavailable for url',
    PIP,
  ],
  ["fatal: unable to access 'https://github.com/a/b/': Could not resolve host: github.com", PIP],
  [
    'CondaHTTPError: HTTP 502 BAD GATEWAY for url <https://conda.anaconda.org/conda-forge/noarch/repodata.json>',
    CONDA,
  ],
] as const;

const LASTING = [
  ['E: Unable to locate package gti', APT],
  ['E: Failed to fetch http://mirror.example.com/x.deb  404  Not Found [IP: 192.0.2.132 80]', APT],
  ['ERROR: No matching distribution found for sixx', PIP],
  ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\nConnection broken', PIP],
  [
    'ERROR: HTTPSConnectionPool(host=\'nowhere.example\', port=443): Max retries exceeded with url: /simple/ (Caused by NameResolutionError("[Errno -2] Name or service not known"))',
    PIP,
  ],
  [
    "ERROR: HTTPConnectionPool(host='localhost', port=9): Max retries exceeded with url (Caused by NewConnectionError('[Errno 111] Connection refused'))",
    PIP,
  ],
  [
    "Max retries exceeded with url: /simple/ (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')))",
    PIP,
  ],
  ['ERROR: 403 Client Error: Forbidden for url: https://index.example/simple/', PIP],
  ['error: subprocess-exited-with-error', PIP],
] as const;

describe('a step of ours', () => {
  it.each(PASSING)('was failed by the network: %s', (lines, of) => {
    expect(isNetworkFailure(of, lines.split('\n'))).toBe(true);
  });

  it.each(LASTING)('fails the next time as well: %s', (lines, of) => {
    expect(isNetworkFailure(of, lines.split('\n'))).toBe(false);
  });

  it('is tried again with pauses that are long enough', () => {
    const text = 'process "/bin/sh" did not complete successfully: exit code: 100';
    const symptoms = { text, code: 1, aborted: false, stepStarted: true };

    expect(classify({ ...symptoms, networkFailed: true })).toEqual({
      kind: 'step',
      retries: 3,
      pauses: [5_000, 15_000, 30_000],
    });
    expect(classify({ ...symptoms, networkFailed: false })).toEqual({ kind: 'step', retries: 0 });
  });
});

describe("a user's command", () => {
  it.each([step('build 1', 'make'), undefined])('is never repeated: %j', (of) => {
    expect(isNetworkFailure(of, ["Temporary failure resolving 'mirror.example.com'"])).toBe(false);
  });
});
