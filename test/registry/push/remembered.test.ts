import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest } from '../../../src/oci/types.ts';
import { digestOf, type FakeRegistry, startFakeRegistry } from '../../fakes/registry-server.ts';
import { countedRequests, imageOfLayers, setUp } from '../setup.ts';

const FIRST = imageOfLayers(['one', 'two', 'three']);
const EDITED = imageOfLayers(['one', 'two', 'three, edited']);

let fake: FakeRegistry;
let rememberIn: string;

beforeEach(async () => {
  fake = await startFakeRegistry({ auth: 'none' });
  rememberIn = mkdtempSync(join(tmpdir(), 'jobimg-test-'));
});

afterEach(async () => {
  await fake.close();
  rmSync(rememberIn, { recursive: true });
});

/** Each call of the program is a client of its own. */
async function push(image: typeof FIRST, tag: string, path = 'acme/train'): Promise<readonly string[]> {
  const { registry, repository, clock } = setUp(fake, { rememberIn, path });
  const before = countedRequests(fake).length;
  await registry.push(repository, image, tag, undefined, true);
  expect(clock.slept()).toBe(0);
  return countedRequests(fake).slice(before);
}

function mountsIn(requests: readonly string[]): readonly string[] {
  return requests
    .flatMap((request) => /mount=(sha256%3A\w+)/.exec(request)?.[1] ?? [])
    .map(decodeURIComponent);
}

const digestsOf = ({ blobs }: typeof FIRST): readonly string[] => blobs.map(({ digest }) => digest);

/** The config and one layer. */
const NEW = digestsOf(EDITED).filter((digest) => !digestsOf(FIRST).includes(digest));

function expectWhole(image: typeof FIRST, tag: string): void {
  expect(fake.state.tags.get(`acme/train:${tag}`)).toBe(digestOf(image.manifest));
  for (const digest of digestsOf(image)) expect(fake.state.blobs.has(`acme/train ${digest}`)).toBe(true);
}

describe('blobs that an image which was pushed before names', () => {
  it('are asked for together, by that image', async () => {
    await push(FIRST, 'first');

    const requests = await push(EDITED, 'edited');

    expect(requests).toHaveLength(6);
    expect(requests).toContain(`HEAD /v2/acme/train/manifests/${digestOf(FIRST.manifest)}`);
    expect(mountsIn(requests).toSorted()).toEqual(NEW.toSorted());
    expectWhole(EDITED, 'edited');
  });

  it.each([
    { name: 'is gone', change: () => fake.state.manifests.delete(`acme/train ${digestOf(FIRST.manifest)}`) },
    {
      name: 'cannot be asked for',
      change: () => fake.fault(fake.requests.length, { kind: 'status', status: 500 }),
    },
    {
      name: 'is remembered with other bytes',
      change: () => {
        const folder = join(rememberIn, 'manifests');
        for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{}', { mode: 0o600 });
      },
    },
  ])('are asked for one by one where it $name', async ({ change }) => {
    await push(FIRST, 'first');
    change();

    const requests = await push(EDITED, 'edited');

    expect(mountsIn(requests).toSorted()).toEqual(digestsOf(EDITED).toSorted());
    expectWhole(EDITED, 'edited');
  });

  it('are asked for one by one in another repository', async () => {
    await push(FIRST, 'first');

    expect(mountsIn(await push(EDITED, 'edited', 'acme/other'))).toHaveLength(4);
  });

  it('are sent where the registry has lost them', async () => {
    await push(FIRST, 'first');
    for (const digest of digestsOf(FIRST)) fake.state.blobs.delete(`acme/train ${digest}`);

    await push(EDITED, 'edited');

    expectWhole(EDITED, 'edited');
  });

  it('are not remembered of an image with one layer', async () => {
    await push(imageOfLayers(['one']), 'first');

    expect(readdirSync(rememberIn)).toEqual([]);
  });
});

describe('a config that was read before', () => {
  async function pullTwice(options: { readonly remembered: boolean }, between: () => void = () => undefined) {
    const { digest, config } = fake.seed('acme/train', 'env', { config: { config: { User: 'job' } } });
    const image = { registry: fake.host, path: 'acme/train', digest: digest as Digest };
    const first = await setUp(fake, { rememberIn }).registry.pull(image, options);
    between();
    const before = countedRequests(fake).length;
    const second = await setUp(fake, { rememberIn }).registry.pull(image, options);
    expect(second.config).toEqual(first.config);
    return { requests: countedRequests(fake).slice(before), get: `GET /v2/acme/train/blobs/${config}` };
  }

  it('is not asked for again', async () => {
    const { requests } = await pullTwice({ remembered: true });

    expect(requests).toEqual([expect.stringContaining('GET /v2/acme/train/manifests/sha256:')]);
  });

  it('is asked for where it is remembered with other bytes', async () => {
    const { requests, get } = await pullTwice({ remembered: true }, () => {
      const folder = join(rememberIn, 'configs');
      for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{}', { mode: 0o600 });
    });

    expect(requests).toContain(get);
  });

  it('is asked for by who wants what the registry has', async () => {
    const { requests, get } = await pullTwice({ remembered: false });

    expect(requests).toContain(get);
    expect(readdirSync(rememberIn)).toEqual([]);
  });
});
