import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import nock from 'nock';
import { signStatement } from '../../../src/io/sigstore/sign.ts';
import { trustedRootsIn } from '../../../src/io/sigstore/trusted-root.ts';
import { checkBundle } from '../../../src/io/sigstore/verify.ts';
import { identityOf, PRIVATE, PUBLIC, startServices, WORKFLOW } from './services.ts';

const STATEMENT = '{"_type":"https://in-toto.io/Statement/v1"}';

beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

const sign = (services = PUBLIC) => signStatement(STATEMENT, services, identityOf());

/** What the services that a root trusts say of a bundle. */
const check = (bundle: string, ...roots: readonly string[]) =>
  checkBundle(bundle, trustedRootsIn(roots.join('\n'), 'trusted_root.jsonl'));

/** The bundle with another statement, certificate or signature in it. */
function changed(text: string, change: (value: ReturnType<typeof JSON.parse>) => void): string {
  const bundle = JSON.parse(text);
  change(bundle);
  return JSON.stringify(bundle);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a signed statement', () => {
  it.each([
    ['of everybody', PUBLIC],
    ['for what is not public', PRIVATE],
  ])('is verified by the roots of the services %s', async (_, services) => {
    const root = await startServices(services);

    expect(check(await sign(services), root)).toEqual({
      kind: 'verified',
      statement: STATEMENT,
      signer: {
        identity: WORKFLOW,
        issuer: 'https://token.actions.githubusercontent.com',
        repository: 'https://github.com/acme/train',
        ref: 'refs/heads/main',
        commit: 'c0ffee',
      },
    });
  });

  it('is verified where one of several roots is the right one', async () => {
    const root = await startServices(PUBLIC);
    const bundle = await sign();
    const other = await startServices(PRIVATE);

    expect(check(bundle, other, root).kind).toBe('verified');
  });
});

describe('nothing is believed', () => {
  it('of a statement that was changed', async () => {
    const root = await startServices(PUBLIC);
    const bundle = changed(await sign(), ({ dsseEnvelope }) => {
      dsseEnvelope.payload = base64('{"_type":"another"}');
    });

    expect(check(bundle, root).kind).toBe('refused');
  });

  it('of a statement whose signature was changed', async () => {
    const root = await startServices(PRIVATE);
    const bundle = changed(await sign(PRIVATE), ({ dsseEnvelope }) => {
      dsseEnvelope.payload = base64('{"_type":"another"}');
    });

    expect(check(bundle, root)).toMatchObject({ why: 'signature verification failed' });
  });

  it('that other services have signed', async () => {
    await startServices(PUBLIC);
    const bundle = await sign();
    const stranger = await startServices(PUBLIC);

    expect(check(bundle, stranger).kind).toBe('refused');
    expect(check(bundle)).toMatchObject({ kind: 'refused' });
  });

  it('that was signed when the certificate had ended', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000);
    const root = await startServices(PUBLIC, { certificates: hourAgo });

    expect(check(await sign(), root)).toMatchObject({
      why: expect.stringMatching(/certificate/i),
    });
  });

  it('without anybody who says when it was signed', async () => {
    const root = await startServices(PUBLIC);
    const bundle = changed(await sign(), ({ verificationMaterial }) => {
      verificationMaterial.tlogEntries = [];
    });

    expect(check(bundle, root)).toMatchObject({ kind: 'refused' });
    const none = changed(root, (trusted) => {
      trusted.tlogs = [];
    });
    expect(check(bundle, none)).toMatchObject({ kind: 'refused' });
  });

  it('of a certificate that is in no log, where the root names one', async () => {
    const root = await startServices(PUBLIC);
    const logged = changed(root, (trusted) => {
      trusted.ctlogs = trusted.tlogs;
    });

    expect(check(await sign(), logged)).toMatchObject({ why: 'expected 1 SCTs, got 0' });
  });

  it('with the certificate of somebody else', async () => {
    const root = await startServices(PRIVATE);
    const bundle = await sign(PRIVATE);
    await startServices(PRIVATE);
    const other = JSON.parse(await sign(PRIVATE)).verificationMaterial.certificate;

    const mixed = changed(bundle, ({ verificationMaterial }) => {
      verificationMaterial.certificate = other;
    });

    expect(check(mixed, root).kind).toBe('refused');
  });

  it.each(['', '{}', '[]', 'null', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}'])(
    'of what is no bundle: %s',
    async (text) => {
      const root = await startServices(PUBLIC);

      expect(check(text, root).kind).toBe('refused');
    },
  );

  it('of a signature about something that is no statement', async () => {
    const root = await startServices(PRIVATE);
    const bundle = changed(await sign(PRIVATE), ({ dsseEnvelope }) => {
      dsseEnvelope.payloadType = 'text/plain';
    });

    expect(check(bundle, root)).toEqual({ kind: 'refused', why: 'it contains no statement' });
  });
});
