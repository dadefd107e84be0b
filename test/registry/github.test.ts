import { afterEach, describe, expect, it } from '@jest/globals';
import type { Digest } from '../../src/oci/types.ts';
import { type Grant, MANNERS, type Manner } from '../fakes/github/rules.ts';
import { type FakeGithub, startFakeGithub } from '../fakes/github/server.ts';
import { digestOf, type FakeRegistry, startFakeRegistry } from '../fakes/registry-server.ts';
import { imageOf, LINUX, type Setup, setUp } from './setup.ts';

const NEW = Object.keys(MANNERS).map((manner) => ({ manner: manner as Manner }));
const DENYING = NEW.filter(({ manner }) => manner !== 'manifest-404');

let behind: FakeRegistry;
let github: FakeGithub;

afterEach(async () => {
  await Promise.all([behind.close(), github.close()]);
});

async function start(grant: Grant, manner?: Manner): Promise<Setup> {
  behind = await startFakeRegistry();
  github = await startFakeGithub({ behind: behind.host, ...(manner === undefined ? {} : { manner }) });
  const login = { registry: github.host, ...github.logins[grant] };
  return setUp(github, { registryAuth: JSON.stringify([login]) });
}

function uploads(): readonly string[] {
  return github.requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
}

describe('a package that does not exist yet', () => {
  it.each(DENYING)('is not known to be missing while nobody asked to push: $manner', async ({ manner }) => {
    const { registry, repository } = await start('write', manner);

    const found = registry.find({ ...repository, tag: '1' });

    await expect(found).rejects.toMatchObject({ findings: [{ code: 'registry-denied' }] });
    expect(uploads()).toEqual([]);
  });

  it.each(NEW)('is missing once a push is allowed, and is there after it: $manner', async ({ manner }) => {
    const { registry, repository } = await start('write', manner);
    const image = imageOf('code');
    await registry.find({ ...repository, tag: '1' }).catch(() => undefined);

    const refusal = await registry.pushRefusal(repository);
    const before = await registry.find({ ...repository, tag: '1' });
    const pushed = await registry.push(repository, image, '1');
    const after = await registry.find({ ...repository, tag: '1' });

    expect([refusal, before]).toEqual([undefined, undefined]);
    expect(pushed.image.digest).toBe(digestOf(image.manifest));
    expect(after?.digest).toBe(pushed.image.digest);
  });

  it.each(NEW)('of which somebody else pushed an image meanwhile is read: $manner', async ({ manner }) => {
    const { registry, repository } = await start('write', manner);
    await registry.find({ ...repository, tag: '1' }).catch(() => undefined);
    await registry.pushRefusal(repository);
    const { digest } = behind.seed('acme/train', '1.tmp', {});
    github.packages.set('acme/train', { visibility: 'private', linked: true });

    const read = await registry.find({ ...repository, digest: digest as Digest });
    const retagged = await registry.retag({ ...repository, digest: digest as Digest }, '1');

    expect([read?.digest, retagged.image.digest]).toEqual([digest, digest]);
  });

  it.each(NEW)('stays unknown to who may only read: $manner', async ({ manner }) => {
    const { registry, repository } = await start('read', manner);

    const refusal = await registry.pushRefusal(repository);
    const found = registry.find({ ...repository, tag: '1' });

    expect(refusal?.findings[0]?.code).toBe('registry-denied');
    if (manner === 'manifest-404') await expect(found).resolves.toBeUndefined();
    else await expect(found).rejects.toMatchObject({ findings: [{ code: 'registry-denied' }] });
  });

  it('names the permission that is needed to make it', async () => {
    const { registry, repository } = await start('read', 'manifest-403');

    const refusal = await registry.pushRefusal(repository);

    expect(refusal).toMatchObject({
      message: expect.stringContaining('installation not allowed to Create organization package'),
      findings: [{ hint: expect.stringContaining('"permissions: { contents: read, packages: write }"') }],
    });
  });

  it('that is read by digest is never missing for being denied', async () => {
    const { registry, repository } = await start('write', 'always-403');
    await registry.pushRefusal(repository);

    const found = registry.find({ ...repository, digest: digestOf('x') as Digest });

    await expect(found).rejects.toMatchObject({ findings: [{ code: 'registry-denied' }] });
  });
});

describe('a package that exists', () => {
  it('is read with a token for reading alone, in one request', async () => {
    const { registry, repository } = await start('read');
    const { digest } = behind.seed('acme/train', '1', {});
    github.packages.set('acme/train', { visibility: 'private', linked: true });

    const found = await registry.find({ ...repository, tag: '1' });

    expect(found?.digest).toBe(digest);
    expect(github.requests.map(({ path }) => path.replace(/\?.*(?=scope)/, '?'))).toEqual([
      '/v2/acme/train/manifests/1',
      '/token?scope=repository%3Aacme%2Ftrain%3Apull',
      '/v2/acme/train/manifests/1',
    ]);
  });

  it('and belongs to another repository says where it can be let in', async () => {
    const { registry, repository } = await start('write');
    github.packages.set('acme/train', { visibility: 'private', linked: false });

    const refusal = await registry.pushRefusal(repository);
    const found = registry.find({ ...repository, tag: '1' });

    const hint = (role: string) =>
      expect.stringMatching(
        `the package "acme/train" does not .* the role ${role} at "Package settings" → "Manage Actions access" .* org.opencontainers.image.source`,
      );
    expect(refusal?.findings).toMatchObject([{ code: 'registry-denied', hint: hint('Write') }]);
    await expect(found).rejects.toMatchObject({
      message: expect.stringContaining('permission_denied: read_package'),
      findings: [{ hint: hint('Read') }],
    });
  });
});

describe('a public image', () => {
  it.each(['expired', 'none'] as const)('is read without a login that is refused: %s', async (grant) => {
    const { registry, repository, lines } = await start(grant);
    const base = { ...repository, path: 'library/python' };
    const { manifest } = behind.seed('library/python', '3.13', { index: true });

    const digest = await registry.resolve({ ...base, tag: '3.13' }, LINUX);
    const parent = await registry.pull({ ...base, digest: manifest as Digest });

    expect([digest, parent.image.digest]).toEqual([manifest, manifest]);
    expect(lines).toEqual([
      `continuing without credentials for ${github.host}: they are refused for "library/python"`,
    ]);
    expect(github.requests.filter(({ status }) => status === 403)).toHaveLength(1);
  });

  it('that is asked for several times at once is told once', async () => {
    const { registry, repository, lines } = await start('expired');
    const base = { ...repository, path: 'library/python' };
    for (const tag of ['1', '2', '3']) behind.seed('library/python', tag, {});

    const digests = await Promise.all(
      ['1', '2', '3'].map((tag) => registry.resolve({ ...base, tag }, LINUX)),
    );

    expect(digests).not.toContain(undefined);
    expect(lines).toHaveLength(1);
  });

  it('is prepared for an engine that would be refused with the login', async () => {
    const { registry, repository, lines, find } = await start('expired');
    const base = { ...repository, path: 'library/python' };

    await registry.prepare(base, 'pull');

    expect(await find(base)).toBeUndefined();
    expect(lines).toHaveLength(1);
  });

  it('that cannot be told from a private one keeps its login', async () => {
    const { registry, repository, lines, find } = await start('expired');
    const secret = { ...repository, path: 'acme/secret' };

    await registry.prepare(secret, 'pull');

    expect(await find(secret)).toBeDefined();
    expect(lines).toEqual([]);
  });

  it('is not taken for public when nobody else may read it either', async () => {
    const { registry, repository, lines } = await start('expired');

    const found = registry.find({ ...repository, path: 'acme/secret', tag: '1' });

    await expect(found).rejects.toMatchObject({
      message: expect.stringContaining(`credentials refused by ${github.host}`),
    });
    expect(lines).toEqual([]);
  });

  it('at the destination is not read without the login that is to push there', async () => {
    behind = await startFakeRegistry();
    github = await startFakeGithub({ behind: behind.host });
    const login = { registry: github.host, ...github.logins.expired };
    const { registry, repository } = setUp(github, {
      registryAuth: JSON.stringify([login]),
      destination: { registry: github.host, path: 'acme/train' },
    });
    github.packages.set('acme/train', { visibility: 'public', linked: true });

    const found = registry.find({ ...repository, tag: '1' });

    await expect(found).rejects.toMatchObject({
      message: expect.stringContaining(`credentials refused by ${github.host}`),
    });
    expect(github.requests.filter(({ user }) => user === 'anonymous')).toHaveLength(1);
  });
});
