import { verify, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mockFulcio, mockRekor, mockTSA } from '@sigstore/mock';
import nock from 'nock';
import { type SigningServices, signingServices } from '../../../src/io/sigstore/services.ts';
import { signStatement } from '../../../src/io/sigstore/sign.ts';

const STATEMENT = '{"_type":"https://in-toto.io/Statement/v1"}';
const WORKFLOW = 'https://github.com/acme/train/.github/workflows/train.yml@refs/heads/main';
const PUBLIC = signingServices('public', undefined);
const OURS = signingServices('private', 'https://github.com');

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** As the runner gives it; the mock reads whose it is, and checks no signature. */
const identity = {
  getToken: async () =>
    `${base64({ alg: 'RS256' })}.${base64({ iss: 'https://token.actions.githubusercontent.com', sub: WORKFLOW })}.x`,
};

async function signed(services: SigningServices) {
  const bundle = JSON.parse(await signStatement(STATEMENT, services, identity));
  const { rawBytes } = bundle.verificationMaterial.certificate;
  return { bundle, certificate: new X509Certificate(Buffer.from(rawBytes, 'base64')) };
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function signedBytes({ payloadType, payload }: { payloadType: string; payload: string }): Buffer {
  const body = Buffer.from(payload, 'base64');
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body]);
}

describe('signStatement', () => {
  beforeEach(() => {
    nock.disableNetConnect();
  });

  afterEach(() => {
    nock.cleanAll();
    nock.enableNetConnect();
  });

  it('signs by a certificate of the workflow, and enters it into the public log', async () => {
    await mockFulcio({ baseURL: PUBLIC.fulcio });
    await mockRekor({ baseURL: PUBLIC.rekor ?? '' });

    const { bundle, certificate } = await signed(PUBLIC);
    const { dsseEnvelope: envelope, mediaType, verificationMaterial } = bundle;

    expect(mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(Buffer.from(envelope.payload, 'base64').toString()).toBe(STATEMENT);
    const signature = Buffer.from(envelope.signatures[0].sig, 'base64');
    expect(verify('sha256', signedBytes(envelope), certificate.publicKey, signature)).toBe(true);
    expect(certificate.subjectAltName).toContain(WORKFLOW);
    expect(verificationMaterial.tlogEntries).toHaveLength(1);
  });

  it('has no entry in the public log for what is not public, and the time of a witness', async () => {
    await mockFulcio({ baseURL: OURS.fulcio });
    await mockTSA({ baseURL: OURS.timestamps ?? '' });

    const { verificationMaterial } = (await signed(OURS)).bundle;

    expect(verificationMaterial.tlogEntries ?? []).toEqual([]);
    expect(verificationMaterial.timestampVerificationData.rfc3161Timestamps).toHaveLength(1);
  });

  it('says in one line what a service answers', async () => {
    nock(PUBLIC.fulcio).post('/api/v2/signingCert').reply(403, { message: 'not you' });

    await expect(signStatement(STATEMENT, PUBLIC, identity)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/certificate.*not you/),
      findings: [{ code: 'attestation', hint: expect.stringContaining('actions/attest') }],
    });
  });
});

describe('signingServices', () => {
  it('are those of everybody for a public repository alone', () => {
    expect(PUBLIC.rekor).toBe('https://rekor.sigstore.dev');
    expect(OURS).toEqual({
      fulcio: 'https://fulcio.githubapp.com',
      timestamps: 'https://timestamp.githubapp.com',
    });
    expect(signingServices(undefined, 'https://acme.ghe.com').fulcio).toBe('https://fulcio.acme.ghe.com');
  });
});
