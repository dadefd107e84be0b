import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { initializeTUFRepo, tufHandlers } from '@tufjs/repo-mock';
import nock from 'nock';
import { publicRoot, trustedRootsIn } from '../../../src/io/sigstore/trusted-root.ts';
import { PUBLIC, startServices } from './services.ts';

const MIRROR = 'https://tuf.example.com';

let folder: string;
beforeEach(async () => {
  nock.disableNetConnect();
  folder = await mkdtemp(join(tmpdir(), 'jobimg-roots-'));
});
afterEach(async () => {
  nock.cleanAll();
  nock.enableNetConnect();
  await rm(folder, { recursive: true });
});

/** What keeps these roots, and what is trusted of it at first. */
async function keep(root: string) {
  const repository = initializeTUFRepo([{ name: 'trusted_root.json', content: root }]);
  for (const { path, fn } of tufHandlers(repository, { metadataPathPrefix: '' })) {
    const { statusCode, response } = fn();
    nock(MIRROR).get(path).reply(statusCode, response);
  }
  const rootPath = join(folder, 'first.json');
  await writeFile(rootPath, JSON.stringify(repository.rootMeta.toJSON()));
  return { mirrorURL: MIRROR, rootPath };
}

describe('the roots of trust of the public services', () => {
  it('are those that whoever keeps them has signed', async () => {
    const text = await startServices(PUBLIC);

    const root = await publicRoot(join(folder, 'cache'), await keep(text));

    expect([root]).toEqual(trustedRootsIn(text, 'trusted_root.json'));
  });

  it('are not those that a stranger has signed', async () => {
    const text = await startServices(PUBLIC);
    await keep(text);
    const { rootPath } = await keep(text);
    const roots = publicRoot(join(folder, 'cache'), { mirrorURL: MIRROR, rootPath });

    await expect(roots).rejects.toMatchObject({ kind: 'unavailable', findings: [{ code: 'trusted-root' }] });
  });

  it('are unknown without a network', async () => {
    const rootPath = join(folder, 'first.json');
    await writeFile(rootPath, JSON.stringify(initializeTUFRepo([]).rootMeta.toJSON()));
    const roots = publicRoot(join(folder, 'cache'), { mirrorURL: MIRROR, rootPath });

    await expect(roots).rejects.toMatchObject({
      kind: 'unavailable',
      findings: [{ hint: expect.stringContaining('--trusted-root') }],
    });
  });
});

describe('a file of roots of trust', () => {
  it.each([
    ['', 0],
    ['\n', 1],
  ])('has one, or one in each line: %j', async (between, more) => {
    const text = [await startServices(PUBLIC), ...(more > 0 ? [await startServices(PUBLIC)] : [])].join(
      between,
    );

    expect(trustedRootsIn(text, 'roots.json')).toHaveLength(1 + more);
  });

  it.each(['{}', 'null', '{"certificateAuthorities":7}', 'no JSON'])('is refused: %s', (text) => {
    expect(() => trustedRootsIn(text, 'roots.json')).toThrow(/"roots.json" has no roots of trust/);
  });
});
