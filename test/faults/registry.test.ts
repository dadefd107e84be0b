import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import type { FetchOptions } from '../../src/io/http/fetch.ts';
import type { EnsuredImage } from '../../src/plan/ensured-image.ts';
import { type FakeClock, fakeClock } from '../fakes/clock.ts';
import {
  digestOf,
  type FakeRegistry,
  type FakeState,
  type Fault,
  startFakeRegistry,
} from '../fakes/registry-server.ts';
import { ensureImage, type Job, PATH } from '../registry/world.ts';
import { sampleOf, tell } from './sample.ts';

jest.setTimeout(30 * 60_000);

/** What is left of an image when nothing, the code or everything changed. */
const STORIES = {
  'no change': { job: {}, isSeeded: true },
  'changed code': { job: { code: '2' }, isSeeded: true },
  'first build': { job: { inputs: { tags: ['latest'] } }, isSeeded: false },
} as const satisfies Readonly<Record<string, { readonly job: Job; readonly isSeeded: boolean }>>;
type Story = keyof typeof STORIES;

const TIMES = { once: 1, twice: 2, always: Number.POSITIVE_INFINITY } as const;
type Times = keyof typeof TIMES;

interface Met {
  readonly fault: Fault;
  /** Whether it passes: met once, the image is there all the same. */
  readonly passes: boolean;
  /** Where trying it for ever only takes time. */
  readonly isSlow?: true;
}

/** Faults that need to know of the time. */
type FaultOf = (clock: FakeClock) => Met;

function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): FaultOf {
  const passes = [408, 429, 500, 502, 503, 504].includes(code) && Number(headers['retry-after'] ?? 0) < 1000;
  return () => ({ fault: { kind: 'status', status: code, headers, body }, passes });
}

function passing(fault: Fault): FaultOf {
  return () => ({ fault, passes: true });
}

function lasting(fault: Fault): FaultOf {
  return () => ({ fault, passes: false });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const LATER = { date: 'Wed, 01 Jan 2025 00:00:00 GMT', 'retry-after': 'Wed, 01 Jan 2025 00:00:05 GMT' };
const EXPIRED =
  'Bearer realm="http://127.0.0.1:1/token",service="x",error="invalid_token",error_description="expired"';
const FAULTS: Readonly<Record<string, FaultOf>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 405, 408, 409, 412, 416, 429, 500, 501, 502, 503, 504].map((code) => [
      `status ${code}`,
      status(code),
    ]),
  ),
  '429 with seconds': status(429, { 'retry-after': '1' }),
  '503 with seconds': status(503, { 'retry-after': '7' }),
  '503 with a date': status(503, LATER),
  '503 for a year': status(503, { 'retry-after': '31536000' }),
  '502 with a page': status(502, { 'content-type': 'text/html' }, '<h1>Bad Gateway</h1>'),
  '500 with garbage': status(500, JSON_TYPE, '{"errors":[{"code'),
  '401 with Basic': status(401, { 'www-authenticate': 'Basic realm="x"' }),
  '401 with an expired token': status(401, { 'www-authenticate': EXPIRED }),
  '401 with a realm elsewhere': status(401, {
    'www-authenticate': 'Bearer realm="https://token.example.net/",service="x"',
  }),
  '404 of a blob': status(404, JSON_TYPE, '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}'),
  'a reset before the body': passing({ kind: 'reset' }),
  'a reset after the body': passing({ kind: 'reset-after' }),
  'an ended connection': passing({ kind: 'close' }),
  'half an answer': passing({ kind: 'truncate' }),
  'bytes of something else': lasting({ kind: 'bytes', bytes: '{"schemaVersion":2}' }),
  'no JSON': lasting({ kind: 'bytes', bytes: '<html>' }),
  'a wrong digest': lasting({ kind: 'header', name: 'docker-content-digest', value: digestOf('other') }),
  'no digest': passing({ kind: 'header', name: 'docker-content-digest', value: undefined }),
  'no location': lasting({ kind: 'header', name: 'location', value: undefined }),
  'a compressed answer': lasting({ kind: 'header', name: 'content-encoding', value: 'gzip' }),
  'a redirect to plain HTTP': lasting({ kind: 'redirect', to: 'http://registry.example.com/v2/' }),
  "a redirect to a cloud's metadata": lasting({ kind: 'redirect', to: 'https://169.254.169.254/latest/' }),
  'a redirect to a file': lasting({ kind: 'redirect', to: 'file:///etc/passwd' }),
  'a redirect in a circle': lasting({ kind: 'redirect', to: '/v2/' }),
  'an answer by drops': (clock) => ({
    fault: { kind: 'drip', tick: () => clock.advance(3000) },
    passes: false,
    isSlow: true,
  }),
  'no answer': () => ({ fault: { kind: 'silence' }, passes: true, isSlow: true }),
};

interface Case {
  readonly story: Story;
  readonly name: string;
  readonly at: number;
  readonly times: Times;
}

interface Whole {
  readonly image: EnsuredImage | undefined;
  readonly requests: number;
  /** Every tag that may be there, and the one image that may stand under it. */
  readonly tags: ReadonlyMap<string, string>;
}

/** What is there when nothing fails. */
const whole = new Map<Story, Whole>();
let seed: FakeState;

async function start(story: Story): Promise<FakeRegistry> {
  const fake = await startFakeRegistry({ auth: 'token' });
  if (!STORIES[story].isSeeded) return fake;
  for (const [key, value] of seed.blobs) fake.state.blobs.set(key, value);
  for (const [key, value] of seed.manifests) fake.state.manifests.set(key, value);
  for (const [key, value] of seed.tags) fake.state.tags.set(key, value);
  return fake;
}

beforeAll(async () => {
  const first = await startFakeRegistry({ auth: 'token' });
  await ensureImage(first);
  seed = first.state;
  await first.close();
  for (const story of Object.keys(STORIES) as Story[]) {
    const fake = await start(story);
    const { image } = await ensureImage(fake, STORIES[story].job);
    whole.set(story, { image, requests: fake.requests.length, tags: new Map(fake.state.tags) });
    await fake.close();
  }
});

function casesOf(story: Story): readonly Case[] {
  const count = whole.get(story)?.requests ?? 0;
  return Object.keys(FAULTS).flatMap((name) =>
    Array.from({ length: count }).flatMap((_, at) =>
      (Object.keys(TIMES) as Times[])
        .filter((times) => !(times === 'always' && FAULTS[name]?.(fakeClock()).isSlow))
        .map((times) => ({ story, name, at, times })),
    ),
  );
}

type Outcome = EnsuredImage | UserError | undefined;

/** A bug is thrown. */
async function outcomeOf(fake: FakeRegistry, job: Job): Promise<Outcome> {
  try {
    return (await ensureImage(fake, job)).image;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Nothing incomplete and nothing of another build ever stands under a tag; the pointer is to one of these. */
function assertWhole({ state }: FakeRegistry, { tags }: Whole): void {
  for (const [tag, digest] of state.tags) {
    const others = tag.endsWith('.last') ? [...tags.values()] : [tags.get(tag)];
    expect({ tag, digests: [...others, seed.tags.get(tag)] }).toMatchObject({
      digests: expect.arrayContaining([digest]),
    });
    const bytes = state.manifests.get(`${PATH} ${digest}`)?.bytes ?? Buffer.alloc(0);
    expect(digestOf(bytes)).toBe(digest);
    const { config, layers } = JSON.parse(bytes.toString()) as {
      readonly config: { readonly digest: string };
      readonly layers: readonly { readonly digest: string }[];
    };
    for (const blob of [config, ...layers]) {
      const content = state.blobs.get(`${PATH} ${blob.digest}`) ?? Buffer.alloc(0);
      expect(digestOf(content)).toBe(blob.digest);
    }
  }
}

const counted = { cases: 0, ended: 0, told: 0, requests: 0, most: 0, longest: 0 };

async function meet({ story, name, at, times }: Case): Promise<void> {
  const expected = whole.get(story) as Whole;
  const fake = await start(story);
  const clock = fakeClock();
  const { fault, passes } = (FAULTS[name] as FaultOf)(clock);
  const timeouts = fault.kind === 'silence' ? { headers: 200, idle: 50 } : {};
  try {
    fake.fault(at, fault, TIMES[times]);
    const start = clock.now();
    const outcome = await outcomeOf(fake, { ...STORIES[story].job, clock, fetch: { timeouts } });
    count(fake, outcome, clock.now() - start);

    expect(fake.requests.length).toBeLessThan(expected.requests + 150);
    expect(clock.now() - start).toBeLessThan(20 * 60_000);
    assertWhole(fake, expected);
    if (passes && times === 'once') expect(outcome).not.toBeInstanceOf(UserError);
    if (outcome instanceof UserError) await assertGoesOn(fake, story, outcome);
    else expect(outcome?.reference).toBe(referenceIn(fake, expected));
  } catch (error) {
    throw new Error(`${story}: ${name} at request ${at}, ${times}: ${error}`, { cause: error });
  } finally {
    await fake.close();
  }
}

function referenceIn({ host }: FakeRegistry, { image }: Whole): string {
  return `${host}/${PATH}@${image?.image?.digest}`;
}

function count(fake: FakeRegistry, outcome: Outcome, time: number): void {
  counted.cases += 1;
  counted.requests += fake.requests.length;
  counted.most = Math.max(counted.most, fake.requests.length);
  counted.longest = Math.max(counted.longest, time);
  if (outcome instanceof UserError) counted.told += 1;
  else counted.ended += 1;
}

/** What failed says where, and the next job has the same image as if nothing had. */
async function assertGoesOn(fake: FakeRegistry, story: Story, error: UserError): Promise<void> {
  expect(error.message).toMatch(/127\.0\.0\.1|"https?:\/\//);
  const expected = whole.get(story) as Whole;
  fake.fault(fake.requests.length, { kind: 'header', name: 'x-none', value: undefined }, 1000);
  const { image } = await ensureImage(fake, STORIES[story].job);
  expect(image?.reference).toBe(referenceIn(fake, expected));
}

describe.each(Object.keys(STORIES) as Story[])('%s', (story) => {
  it('ends with the right image or a sentence, whatever request meets whatever fault how often', async () => {
    const size = story === 'no change' ? 20 : 50;
    for (const one of sampleOf(casesOf(story), size)) await meet(one);
  });
});

describe('a name that cannot be looked up', () => {
  type Answered = (error: Error | null, addresses: readonly object[]) => void;

  /** `localhost`, as the one name that a registry without TLS may have. */
  function lookup(failures: number): NonNullable<FetchOptions['lookup']> {
    let left = failures;
    const answer = (_: string, __: unknown, callback: Answered): void => {
      left -= 1;
      if (left < 0) callback(null, [{ address: '127.0.0.1', family: 4 }]);
      else callback(Object.assign(new Error('getaddrinfo EAI_AGAIN'), { code: 'EAI_AGAIN' }), []);
    };
    return answer as unknown as NonNullable<FetchOptions['lookup']>;
  }

  it.each([
    [1, 'pushed'],
    [2, 'pushed'],
    [Number.POSITIVE_INFINITY, /its name cannot be looked up now \(tried \d+ times/],
  ] as const)('%d times', async (failures, expected) => {
    const fake = await startFakeRegistry({ auth: 'basic' });
    const named = { ...fake, host: fake.host.replace('127.0.0.1', 'localhost') };

    const outcome = await outcomeOf(named, { fetch: { lookup: lookup(failures) } });

    const told = outcome instanceof UserError ? outcome.message : outcome?.made;
    expect(told).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
    await fake.close();
  });
});

describe('a credential', () => {
  it('goes to no other origin, whatever leads there', async () => {
    const elsewhere = await startFakeRegistry();
    const to = `${elsewhere.url}/v2/x/blobs/uploads/y`;
    const faults = [
      { kind: 'redirect', to },
      { kind: 'header', name: 'location', value: to },
    ] as const;
    const total = whole.get('first build')?.requests ?? 0;
    for (const fault of faults) {
      for (let at = 0; at < total; at += 1) {
        const fake = await start('first build');
        fake.fault(at, fault);
        await outcomeOf(fake, {});
        await fake.close();
      }
    }
    await elsewhere.close();

    expect(elsewhere.requests.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT']),
    );
    expect(elsewhere.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });
});

afterAll(() => {
  const { cases, ended, told, requests, most, longest } = counted;
  tell('registry', {
    cases,
    'ended well': ended,
    'told in a sentence': told,
    requests,
    'most requests of one': most,
    'longest of one, in seconds by the clock': Math.round(longest / 1000),
  });
});
