import { afterEach, describe, expect, it } from '@jest/globals';
import { ARTIFACT_TYPE } from '../../../src/evidence/types.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { textBlob } from '../../../src/oci/referrer.ts';
import { type Digest, MEDIA_TYPE } from '../../../src/oci/types.ts';
import { pruneRegistry } from '../../../src/steps/prune/prune-registry.ts';
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  startFakeRegistry,
} from '../../fakes/registry-server.ts';
import { setUp } from '../../registry/setup.ts';

const PATH = 'acme/train';
const [OLD, NEW] = ['1'.repeat(16), '2'.repeat(16)];

let fake: FakeRegistry;
afterEach(() => fake.close());

function seed(tag: string, content: string, environment?: string): Digest {
  const annotations = {
    content,
    ...(environment === undefined ? {} : { 'dev.jobimg.environment': environment }),
  };
  return fake.seed(PATH, tag, { annotations }).digest as Digest;
}

/** An index of one platform. */
function seedIndex(tag: string, part: Digest): void {
  const size = fake.state.manifests.get(`${PATH} ${part}`)?.bytes.length ?? 0;
  const manifests = [{ mediaType: MEDIA_TYPE.manifest, digest: part, size }];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests }));
  const digest = sha256(bytes);
  fake.state.manifests.set(`${PATH} ${digest}`, { mediaType: MEDIA_TYPE.index, bytes });
  fake.state.tags.set(`${PATH}:${tag}`, digest);
}

/** An environment that is left, with an image; the one in use, with two; what builds and people have left. */
function fill(): { readonly old: Digest; readonly current: Digest } {
  const [left, used] = [seed(`env-${OLD}`, 'old environment'), seed(`env-${NEW}`, 'environment')];
  const old = seed(`train-${OLD}`, 'old', left);
  const current = seed(`train-${NEW}`, 'new', used);
  seed(`train-${'3'.repeat(16)}`, 'newer code', used);
  seed('train.last', 'new', used);
  seed('jobimg.tmp', 'environment');
  seed(`env-${OLD}.tmp`, 'thrown away');
  seed(`eval-${OLD}`, 'of a job that has no last image', left);
  seed('latest', 'of a person');
  return { old, current };
}

const tags = (): readonly string[] =>
  [...fake.state.tags.keys()].map((key) => key.slice(PATH.length + 1)).sort();

async function prune(
  options: FakeRegistryOptions,
  more: { dryRun?: boolean; used?: ReadonlySet<string> } = {},
) {
  const { registry, repository } = setUp(fake);
  const lines: string[] = [];
  const host = { info: (line: string) => void lines.push(line) };
  const { dryRun = false, used = new Set<string>() } = more;
  const work = pruneRegistry({ repository, used, dryRun }, { registry, host });
  return { options, work, lines };
}

async function start(options: FakeRegistryOptions): Promise<void> {
  fake = await startFakeRegistry({ referrers: true, ...options });
}

describe('a repository that is pruned', () => {
  it('loses what nothing needs, and keeps the environments of what stays', async () => {
    await start({ deletes: 'tags' });
    fill();
    // Its image stands on the old environment.
    await setUp(fake).registry.remove({ registry: fake.host, path: PATH }, { tag: `eval-${OLD}` });

    const { work, lines } = await prune({});
    await work;

    expect(tags()).toEqual([`env-${NEW}`, 'latest', `train-${NEW}`, `train-${'3'.repeat(16)}`, 'train.last']);
    expect(lines).toContain(`tag ${fake.host}/${PATH}:train-${OLD}: removed`);
  });

  it('keeps the last of a job, also of one that does not tell which that is', async () => {
    await start({ deletes: 'tags' });
    fill();

    await (await prune({})).work;

    expect(tags()).toEqual(expect.arrayContaining([`eval-${OLD}`, `env-${OLD}`, `train-${NEW}`]));
    expect(tags()).not.toContain(`train-${OLD}`);
  });

  it('keeps images that a run has left something beside, or that runs of this machine name', async () => {
    await start({ deletes: 'tags' });
    const { old } = fill();
    const { registry } = setUp(fake);

    await (await prune({}, { used: new Set([old]) })).work;
    expect(tags()).toContain(`train-${OLD}`);

    const outputs = {
      artifactType: ARTIFACT_TYPE.outputs,
      layers: [textBlob('x', 'a/b')],
      annotations: new Map(),
    };
    await registry.pushReferrer({ registry: fake.host, path: PATH, digest: old }, outputs);
    await (await prune({})).work;
    expect(tags()).toContain(`train-${OLD}`);
  });

  it('is only looked at in a dry run', async () => {
    await start({ deletes: 'tags' });
    fill();
    const before = tags();

    const { work, lines } = await prune({}, { dryRun: true });
    await work;

    expect(tags()).toEqual(before);
    expect(lines).toContain(`tag ${fake.host}/${PATH}:train-${OLD}: would be removed`);
    expect(fake.requests.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('loses no image with a tag where its registry removes no tag alone', async () => {
    await start({ deletes: 'manifests' });
    const { current } = fill();

    const { work, lines } = await prune({});
    await work;

    expect(lines).toContain(`tag ${fake.host}/${PATH}:jobimg.tmp: stays: the registry removes no tag alone`);
    expect(tags()).toContain(`env-${NEW}`);
    expect(fake.state.manifests.has(`${PATH} ${current}`)).toBe(true);
    expect(tags()).not.toContain(`train-${OLD}`);
  });

  it('keeps what is in an index that stays, and what a run of this machine names, under a tag of a build', async () => {
    await start({ deletes: 'tags' });
    const [part, named] = [seed(`a-${OLD}.tmp`, 'a platform'), seed('jobimg.tmp', 'of a run')];
    seedIndex(`train-${NEW}`, part);

    await (await prune({}, { used: new Set([named]) })).work;

    expect(tags()).toEqual([`train-${NEW}`]);
    for (const digest of [part, named]) expect(fake.state.manifests.has(`${PATH} ${digest}`)).toBe(true);
  });

  it('whose registry refuses gives one sentence', async () => {
    await start({});
    fill();
    const before = tags();

    await expect((await prune({})).work).rejects.toMatchObject({
      message: expect.stringMatching(/lets nothing be deleted from "acme\/train" this way: DELETE .*405/),
      findings: [{ code: 'no-deletion', hint: expect.stringContaining('retention of the registry') }],
    });
    expect(tags()).toEqual(before);
  });
});
