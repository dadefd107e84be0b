import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { appendLayer } from '../../src/oci/append.ts';
import type { Image } from '../../src/oci/types.ts';
import type { ImageBytes, Pushed } from '../../src/tools.ts';
import { digestOf, type FakeRegistry, type Fault, startFakeRegistry } from '../fakes/registry-server.ts';
import { LINUX, layerOf, setUp } from './setup.ts';

/** Every request of a whole story meets every fault, once, three times and for ever. */
const STATUSES = [400, 401, 403, 404, 405, 408, 409, 412, 416, 429, 500, 502, 503];
const FAULTS: readonly (readonly [string, Fault])[] = [
  ...STATUSES.map((status) => [`status ${status}`, { kind: 'status', status }] as const),
  [
    '401 with a challenge',
    { kind: 'status', status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
  ],
  [
    '401 with a realm elsewhere',
    {
      kind: 'status',
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="https://token.example.net/",service="x"' },
    },
  ],
  ['429 after 1 s', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  [
    '429 with a date',
    {
      kind: 'status',
      status: 429,
      headers: { 'retry-after': 'Wed, 01 Jan 2025 00:00:05 GMT', date: 'Wed, 01 Jan 2025 00:00:00 GMT' },
    },
  ],
  ['429 after a year', { kind: 'status', status: 429, headers: { 'retry-after': '31536000' } }],
  [
    '502 with a page',
    { kind: 'status', status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
  ],
  ['a reset', { kind: 'reset' }],
  ['a lost answer', { kind: 'reset-after' }],
  ['a truncated answer', { kind: 'truncate' }],
  [
    'a wrong digest header',
    { kind: 'header', name: 'docker-content-digest', value: digestOf('something else') },
  ],
  ['no digest header', { kind: 'header', name: 'docker-content-digest', value: undefined }],
  ['no location', { kind: 'header', name: 'location', value: undefined }],
  ['wrong bytes', { kind: 'bytes', bytes: '{"schemaVersion":2}' }],
  ['no JSON', { kind: 'bytes', bytes: '<html>' }],
  ['a compressed answer', { kind: 'header', name: 'content-encoding', value: 'gzip' }],
  ['a redirect to plain http', { kind: 'redirect', to: 'http://registry.example.com/v2/' }],
  ["a redirect to a cloud's metadata", { kind: 'redirect', to: 'https://169.254.169.254/latest/meta-data/' }],
  ['a redirect to nowhere', { kind: 'redirect', to: 'file:///etc/passwd' }],
];

interface Story {
  readonly image: ImageBytes | undefined;
  readonly outcome: Pushed | UserError;
  readonly requests: number;
  readonly slept: number;
}

/** A base, a miss, an environment image, a layer on top of it and its push. */
async function story(fake: FakeRegistry): Promise<Story> {
  const { registry, repository, clock } = setUp(fake);
  let image: ImageBytes | undefined;
  async function run(): Promise<Pushed> {
    await registry.resolve({ ...repository, path: 'library/python', tag: '3.13' }, LINUX);
    await registry.find({ ...repository, tag: 'train-1' });
    const environment = await registry.find({ ...repository, tag: 'env-1' });
    if (environment === undefined) throw new UserError(`taken for a miss: env-1 at ${fake.host}`);
    image = append(await registry.pull(environment as Image));
    return registry.push(repository, image, 'train-1');
  }
  const outcome = await run().catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  return { image, outcome, requests: fake.requests.length, slept: clock.slept() };
}

function append(parent: Parameters<typeof appendLayer>[0]): ImageBytes {
  return appendLayer(parent, layerOf('code'), {
    labels: new Map(),
    annotations: new Map(),
    epoch: 0,
    createdBy: 'test',
  });
}

async function startSeeded(): Promise<FakeRegistry> {
  const fake = await startFakeRegistry({ auth: 'token' });
  fake.seed('library/python', '3.13', { index: true });
  fake.seed('acme/train', 'env-1', {});
  return fake;
}

let total = 0;
let elsewhere: FakeRegistry;

beforeAll(async () => {
  const fake = await startSeeded();
  const { outcome } = await story(fake);
  total = fake.requests.length;
  await fake.close();
  elsewhere = await startFakeRegistry();
  expect(outcome).not.toBeInstanceOf(UserError);
});

afterAll(() => elsewhere.close());

async function meet(fault: Fault, at: number, times: number): Promise<void> {
  const fake = await startSeeded();
  try {
    fake.fault(at, fault, times);
    const { outcome, image, requests, slept } = await story(fake);
    const where = `request ${at}, ${times} times`;

    expect({ where, bounded: requests <= total + 60 }).toEqual({ where, bounded: true });
    expect({ where, slept: slept <= 20 * 60_000 }).toEqual({ where, slept: true });
    assertTagIsWhole(fake, image);
    if (outcome instanceof UserError) expect(outcome.message).toMatch(/127\.0\.0\.1|"https?:\/\//);
    else
      expect({ where, digest: outcome.image.digest }).toEqual({
        where,
        digest: fake.state.tags.get('acme/train:train-1'),
      });
  } finally {
    await fake.close();
  }
}

/** Nothing incomplete and nothing foreign ever stands under the tag. */
function assertTagIsWhole({ state }: FakeRegistry, image: ImageBytes | undefined): void {
  const digest = state.tags.get('acme/train:train-1');
  if (digest === undefined) return;
  expect(digest).toBe(digestOf(image?.manifest ?? ''));
  for (const blob of image?.blobs ?? []) expect(state.blobs.has(`acme/train ${blob.digest}`)).toBe(true);
}

describe('every request of a story', () => {
  it.each(FAULTS)('survives or names %s', async (_, fault) => {
    for (let at = 0; at < total; at += 1) {
      for (const times of [1, 3, Number.POSITIVE_INFINITY]) await meet(fault, at, times);
    }
  });

  it.each(['a reset', 'a lost answer', 'a truncated answer', 'status 503', '429 after 1 s'])(
    'ends well after one time %s',
    async (name) => {
      const [, fault] = FAULTS.find(([known]) => known === name) ?? FAULTS[0] ?? [];
      for (let at = 0; at < total; at += 1) {
        const fake = await startSeeded();
        if (fault !== undefined) fake.fault(at, fault);

        const { outcome } = await story(fake);

        expect({ at, outcome }).toMatchObject({
          outcome: { image: { digest: fake.state.tags.get('acme/train:train-1') } },
        });
        await fake.close();
      }
    },
  );

  it('sends no credentials to another origin, whatever leads there', async () => {
    const to = `${elsewhere.url}/v2/x/blobs/uploads/y`;
    const faults = [
      { kind: 'redirect', to },
      { kind: 'header', name: 'location', value: to },
    ] as const;
    for (let at = 0; at < 2 * total; at += 1) {
      const fake = await startSeeded();
      fake.fault(at % total, at < total ? faults[0] : faults[1]);

      await story(fake);

      await fake.close();
    }

    expect(elsewhere.requests.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT']),
    );
    expect(elsewhere.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });
});
