import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import nock from 'nock';
import { connectSignatureCheck } from '../../../src/connect/github/signature-check.ts';
import { verifyFile } from '../../../src/entries/commands/verify-file.ts';
import type { Finding } from '../../../src/errors.ts';
import { type FileSignatureOptions, fileSignature } from '../../../src/host/inputs/file-signature.ts';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { signStatement } from '../../../src/io/sigstore/sign.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { identityOf, PUBLIC, startServices, WORKFLOW } from '../../io/sigstore/services.ts';

let folder: string;
beforeEach(async () => {
  nock.disableNetConnect();
  folder = await mkdtemp(join(tmpdir(), 'jobimg-verify-file-'));
  await writeFile(join(folder, 'model.pt'), 'weights');
});
afterEach(async () => {
  nock.cleanAll();
  nock.enableNetConnect();
  await rm(folder, { recursive: true });
});

const hash = (text: string) => sha256(text).slice('sha256:'.length);

/** As `provenance/statement.json` has it. */
const statementAbout = (text: string) =>
  JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'outputs/model.pt', digest: { sha256: hash(text) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: { job: 'train', params: { lr: '0.1' } },
        internalParameters: { run: 'train-1' },
        resolvedDependencies: [
          { uri: 'git+https://github.com/acme/train@c0ffee', digest: { gitCommit: 'c0ffee' } },
          { uri: 'docker://ghcr.io/acme/train', digest: { sha256: hash('image') } },
        ],
      },
    },
  });

/** Writes a bundle about a file with this text, and what trusts its signer. */
async function sign(text = 'weights'): Promise<void> {
  await writeFile(join(folder, 'roots.json'), await startServices(PUBLIC));
  const bundle = await signStatement(statementAbout(text), PUBLIC, identityOf());
  await writeFile(join(folder, 'bundle.json'), bundle);
}

const OFFERED: FileSignatureOptions = { bundle: 'bundle.json', trustedRoot: 'roots.json' };

async function verify(options: FileSignatureOptions = OFFERED) {
  const env = { JOBIMG_STATE: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') };
  const signature = fileSignature(options, folder);
  const lines: string[] = [];
  const findings: Finding[] = [];
  const tools = { host: { finding: (one: Finding) => void findings.push(one) } } as unknown as Tools;
  const code = await verifyFile('model.pt', { inputs: { ...INPUT_DEFAULTS, folder }, signature }, tools, {
    cwd: folder,
    env,
    print: () => undefined,
    say: (line) => void lines.push(line),
    check: connectSignatureCheck({ env, trustedRoot: signature.trustedRoot }),
  });
  return { code, lines, findings };
}

describe('a file with a signed statement', () => {
  it('is told with the commit, the parameters and the signer, without any record', async () => {
    await sign();

    const { code, lines, findings } = await verify({ ...OFFERED, repo: 'acme/Train' });

    expect([code, findings]).toEqual([0, []]);
    expect(lines).toEqual([
      `model.pt is ${sha256('weights')}`,
      'run       train-1, job train',
      'file      model.pt',
      'commit    c0ffee',
      `image     ghcr.io/acme/train@${sha256('image')}`,
      'params    lr=0.1',
      'says      the signed statement',
      `signed    by ${WORKFLOW}`,
      'source    https://github.com/acme/train at c0ffee of refs/heads/main',
      'issuer    https://token.actions.githubusercontent.com',
    ]);
  });

  it('says that nobody was required where none was named', async () => {
    await sign();

    const { code, lines } = await verify();

    expect([code, lines.at(-1)]).toEqual([0, expect.stringContaining('--repo')]);
  });

  it.each<[string, FileSignatureOptions, RegExp]>([
    ['another repository', { repo: 'mallory/train' }, /acme\/train.*not "mallory\/train"/],
    ['a repository whose name only begins so', { repo: 'acme/trai' }, /not "acme\/trai"/],
    ['another ref', { sourceRef: 'refs/tags/v1' }, /not "refs\/tags\/v1"/],
    ['another workflow', { certIdentity: WORKFLOW.slice(0, -1) }, /not "https:/],
    ['another issuer', { certOidcIssuer: 'https://accounts.example.com' }, /issued by/],
  ])('is refused where %s has to have signed', async (_, required, why) => {
    await sign();

    const { code, lines, findings } = await verify({ ...OFFERED, ...required });

    expect([code, findings]).toEqual([1, [expect.objectContaining({ message: expect.stringMatching(why) })]]);
    expect(lines.join('\n')).not.toContain('c0ffee');
  });

  it('is refused where the statement is about another file', async () => {
    await sign('other weights');

    expect(await verify()).toMatchObject({
      code: 1,
      findings: [{ message: expect.stringContaining('other files') }],
    });
  });

  it('is not taken for verified where the roots of trust cannot be had', async () => {
    await sign();

    const { code, findings } = await verify({ bundle: 'bundle.json', repo: 'acme/train' });

    expect([code, findings]).toMatchObject([
      4,
      [{ code: 'signature-unchecked', hint: expect.stringContaining('--trusted-root') }],
    ]);
  });
});

describe('a file without a signature', () => {
  it('fails where one is required', async () => {
    expect(await verify({ repo: 'acme/train' })).toMatchObject({
      code: 1,
      findings: [{ code: 'no-record' }],
    });
  });
});
