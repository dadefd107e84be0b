import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uploadFolder } from '../../src/artifact/upload-folder.ts';

const ENV = {
  PATH: process.env['PATH'],
  HTTPS_PROXY: 'http://proxy.example.com:3128',
  ACTIONS_RUNTIME_TOKEN: 'a.b.c',
  ACTIONS_RESULTS_URL: 'https://results.example.com/',
  GITHUB_SERVER_URL: 'https://acme.ghe.com',
  GITHUB_REPOSITORY: 'acme/train',
  GITHUB_RUN_ID: '18',
};

describe('the process that uploads', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-upload-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What comes of a program that answers so. */
  async function asked(answer: string, env: Readonly<Record<string, string | undefined>> = ENV) {
    const script = join(folder, 'upload.mjs');
    await writeFile(
      script,
      `process.once('message', (order) => process.send(${answer}, () => process.exit(3)));\n`,
    );
    const lines: string[] = [];
    const upload = await uploadFolder('train-1', '/runs/1', {
      script,
      env,
      tell: (line) => lines.push(line),
    });
    return { upload, lines };
  }

  const SAYING = (value: string): string =>
    `{ kind: 'failed', error: { name: 'Error', message: JSON.stringify(${value}) } }`;

  it('is asked for a folder, with names', async () => {
    const { upload } = await asked(SAYING('order'));

    expect(JSON.parse(upload.kind === 'failed' ? upload.failure.detail : '')).toEqual({
      folder: '/runs/1',
      names: ['train-1', 'train-1-2', 'train-1-3', 'train-1-4'],
    });
  });

  it('gets what the client needs, and no secret of the step', async () => {
    const env = { ...ENV, HF_TOKEN: 'hf_canary', INPUT_REGISTRY_AUTH: 'x', NODE_OPTIONS: '--inspect' };

    const { upload } = await asked(SAYING('Object.keys(process.env).sort()'), env);

    const names: string[] = JSON.parse(upload.kind === 'failed' ? upload.failure.detail : '');
    expect(names.filter((name) => !name.startsWith('NODE_CHANNEL'))).toEqual([
      'ACTIONS_RESULTS_URL',
      'ACTIONS_RUNTIME_TOKEN',
      'GITHUB_SERVER_URL',
      'HTTPS_PROXY',
      'PATH',
    ]);
  });

  it('trusts the certificates that a registry is trusted by', async () => {
    const certificates = join(folder, 'ca.pem');
    await writeFile(certificates, '');

    const { upload } = await asked(SAYING('process.env.NODE_EXTRA_CA_CERTS'), {
      ...ENV,
      SSL_CERT_FILE: certificates,
    });

    expect(upload).toMatchObject({ failure: { detail: JSON.stringify(certificates) } });
  });

  it('gives an id, from which comes the address that a person opens', async () => {
    const { upload } = await asked(
      `{ kind: 'uploaded', name: 'train-1-2', id: 7, size: 12, renamed: [], remarks: [] }`,
    );

    expect(upload).toMatchObject({
      artifact: {
        name: 'train-1-2',
        id: 7,
        url: 'https://acme.ghe.com/acme/train/actions/runs/18/artifacts/7',
      },
    });
  });

  it('says how much there is, and is believed nothing when it ends without a last word', async () => {
    const { upload, lines } = await asked(`{ kind: 'begins', files: 2, bytes: 3_100_000_000 }`);

    expect(lines).toEqual(['uploading 2 files, 3.1 GB']);
    expect(upload).toEqual({
      kind: 'failed',
      failure: { kind: 'ended', detail: 'the upload was ended by exit code 3' },
    });
  });
});
