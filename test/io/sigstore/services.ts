import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  fulcioHandler,
  type HandlerFn,
  initializeCA,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';
import type { IdentityProvider } from '@sigstore/sign';
import nock from 'nock';
import { GITHUB_ISSUER } from '../../../src/evidence/outputs/signer.ts';
import { type SigningServices, signingServices } from '../../../src/io/sigstore/services.ts';

export const WORKFLOW = 'https://github.com/acme/train/.github/workflows/train.yml@refs/heads/main';
export const PUBLIC = signingServices('public', undefined);
export const PRIVATE = signingServices('private', 'https://github.com');

const CLAIMS = {
  iss: GITHUB_ISSUER,
  sub: WORKFLOW,
  repository: 'acme/train',
  ref: 'refs/heads/main',
  sha: 'c0ffee',
};

/** As the runner gives it; the mock reads whose it is, and checks no signature. */
export function identityOf(claims: Partial<typeof CLAIMS> = {}): IdentityProvider {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return { getToken: async () => `${base64({ alg: 'RS256' })}.${base64({ ...CLAIMS, ...claims })}.x` };
}

interface Clocks {
  /** When certificates are made, which live for ten minutes; undefined: now. */
  readonly certificates?: Date;
}

/**
 * Sigstore's mocks of its services with keys of their own, and a `trusted_root.json` that trusts these keys. Its mock of a log of
 * certificates writes no signature with pkijs 3.4.
 */
export async function startServices(
  services: SigningServices,
  { certificates }: Clocks = {},
): Promise<string> {
  const ca = await initializeCA(keys(), undefined, certificates);
  serve(services.fulcio, fulcioHandler(ca));
  const logs = services.rekor === undefined ? [] : [await startLog(services.rekor)];
  const witnesses = services.timestamps === undefined ? [] : [await startWitness(services.timestamps)];
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [authority([ca.rootCertificate])],
    ctlogs: [],
    tlogs: logs.map(({ publicKey }) => logOf(publicKey)),
    timestampAuthorities: witnesses.map((tsa) => authority([tsa.intCertificate, tsa.rootCertificate])),
  });
}

async function startLog(url: string) {
  const log = await initializeTLog(url, keys());
  serve(url, rekorHandler({ publicKey: log.publicKey, log: (entry) => log.log(asKept(entry as Proposed)) }));
  return log;
}

interface Proposed {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: {
    readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] };
  };
}

/** What the log keeps of an envelope, of which the mock knows nothing: https://github.com/sigstore/rekor/tree/main/pkg/types/dsse */
function asKept({ kind, apiVersion, spec }: Proposed): object {
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope);
  const hash = (bytes: string | Buffer) => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  });
  return {
    kind,
    apiVersion,
    spec: {
      envelopeHash: hash(envelope),
      payloadHash: hash(Buffer.from(payload, 'base64')),
      signatures: [{ signature: signatures[0].sig, verifier: verifiers[0] }],
    },
  };
}

async function startWitness(url: string) {
  // A witness tells whole seconds.
  const tsa = await initializeTSA(keys(), new Date(Math.ceil(Date.now() / 1000) * 1000));
  serve(url, tsaHandler(tsa));
  return tsa;
}

function keys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function serve(url: string, { path, fn }: { path: string; fn: HandlerFn }): void {
  nock(url)
    .post(path)
    .reply(async (_, body) => {
      const { statusCode, response, contentType } = await fn(JSON.stringify(body));
      return [statusCode, response, { 'Content-Type': contentType ?? 'text/plain' }];
    });
}

const LONG_AGO = { start: new Date(0).toISOString() };

function authority(certificates: readonly Buffer[]) {
  return {
    certChain: { certificates: certificates.map((bytes) => ({ rawBytes: bytes.toString('base64') })) },
    validFor: LONG_AGO,
  };
}

function logOf(publicKey: Buffer) {
  return {
    logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKey.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: LONG_AGO,
    },
  };
}
