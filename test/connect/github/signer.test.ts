import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mockFulcio, mockRekor } from '@sigstore/mock';
import nock from 'nock';
import { connectSigner } from '../../../src/connect/github/signer.ts';
import type { Finding } from '../../../src/errors.ts';
import { claimedSigner } from '../../../src/evidence/outputs/bundle.ts';
import { sha256 } from '../../../src/oci/digest.ts';

const WORKFLOW = 'https://github.com/acme/train/.github/workflows/train.yml@refs/heads/main';
const MODEL = sha256('weights');
const STATEMENT = JSON.stringify({ subject: [{ name: 'm', digest: { sha256: MODEL.slice(7) } }] });

function hostOf(found: Finding[]) {
  return { finding: (one: Finding) => void found.push(one) };
}

describe('connectSigner', () => {
  afterEach(() => {
    nock.cleanAll();
    nock.enableNetConnect();
  });

  it('signs in the name of the workflow, by the token that the runner gives for it', async () => {
    const event = join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'event.json');
    await writeFile(event, '{"repository":{"visibility":"public"}}');
    const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${base64({ alg: 'RS256' })}.${base64({ iss: 'https://example.com', sub: WORKFLOW })}.x`;
    nock.disableNetConnect();
    nock('https://runner.example.com', { reqheaders: { authorization: 'Bearer for-tokens' } })
      .get('/token?api=1&audience=sigstore')
      .reply(200, { value: token });
    await mockFulcio();
    await mockRekor();
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://runner.example.com/token?api=1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'for-tokens',
    };
    // The library reads them itself.
    Object.assign(process.env, env);

    const bundle = await connectSigner({ ...env, GITHUB_EVENT_PATH: event }, hostOf([]))?.sign(STATEMENT);

    expect(claimedSigner(bundle ?? '', MODEL)).toBe(WORKFLOW);
    expect(claimedSigner(bundle ?? '', sha256('other'))).toBeUndefined();
  });

  it('says before the run what a job without the right to a token lacks', () => {
    const found: Finding[] = [];

    expect(connectSigner({}, hostOf(found))).toBeUndefined();

    expect(found).toMatchObject([{ level: 'warning', hint: expect.stringContaining('id-token: write') }]);
  });
});

describe('claimedSigner', () => {
  it.each(['', '{}', '[]', '{"dsseEnvelope":{"payload":"e30="},"verificationMaterial":{}}'])(
    'takes "%s" for no bundle',
    (text) => {
      expect(claimedSigner(text, MODEL)).toBeUndefined();
    },
  );

  it('takes bytes that are no certificate for nobody', () => {
    const bundle = {
      dsseEnvelope: { payload: Buffer.from(STATEMENT).toString('base64') },
      verificationMaterial: { certificate: { rawBytes: 'AAAA' } },
    };

    expect(claimedSigner(JSON.stringify(bundle), MODEL)).toBeUndefined();
  });
});
