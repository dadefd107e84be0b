import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sbomArtifact, spdxOf } from '../../../src/evidence/sbom/spdx.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { createFetch } from '../../../src/io/http/fetch.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { type Artifact, textBlob } from '../../../src/oci/referrer.ts';
import type { Image } from '../../../src/oci/types.ts';
import { createRegistry } from '../../../src/registry/client.ts';
import { pruneRegistry } from '../../../src/steps/prune/prune-registry.ts';
import { ensureOras } from '../../engine/registry/oras.ts';
import { startOtherRegistry } from '../../engine/registry/other-registry.ts';
import { startRegistry } from '../../engine/registry/registry.ts';
import { imageOf } from '../../registry/setup.ts';

const run = promisify(execFile);

/** Each call is a machine of its own. */
function client() {
  const fetch = createFetch({ clock: systemClock, userAgent: 'jobimg-test' });
  const credentials = { find: async () => undefined, withhold: () => undefined };
  return createRegistry({ fetch, credentials, clock: systemClock, log: () => undefined });
}

function note(text: string): Artifact {
  return {
    artifactType: 'application/vnd.example.note',
    layers: [textBlob(text, 'text/plain')],
    annotations: new Map([['note', text]]),
  };
}

interface Server {
  readonly host: string;
  readonly stop: () => Promise<void>;
}

describe.each<[string, (dir: string) => Promise<Server | undefined>]>([
  ['distribution 2, which lists no referrers', () => startRegistry({ name: `referrers-${process.pid}` })],
  ['a registry that lists them', (dir) => startOtherRegistry('crane', dir)],
])('%s', (_, start) => {
  let folder: string;
  let server: Server;
  let image: Image;
  let oras: string | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-referrers-'));
    oras = await ensureOras();
    const started = await start(join(folder, 'registry'));
    if (started === undefined) throw new Error('the registry did not start');
    server = started;
    const repository = { registry: server.host, path: 'acme/train' };
    image = (await client().push(repository, imageOf('the job'), 'train-1')).image;
  });

  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps all of twenty that are pushed at once', async () => {
    const notes = Array.from({ length: 20 }, (_, number) => note(`leg ${number}`));

    const pushed = await Promise.all(notes.map((one) => client().pushReferrer(image, one)));

    const found = await client().referrers(image);
    expect(found.map(({ digest }) => digest).sort()).toEqual([...pushed].sort());
  });

  it('loses tags that nothing needs, with what stood under them alone', async () => {
    const repository = { registry: server.host, path: 'acme/pruned' };
    const registry = client();
    const [left, kept] = [`env-${'1'.repeat(16)}`, `env-${'2'.repeat(16)}`];
    await registry.push(repository, imageOf('left'), left);
    const { image: last } = await registry.push(repository, imageOf('last'), kept);
    await registry.retag(last, 'train.last');
    await registry.push(repository, imageOf('thrown away'), 'jobimg.tmp');

    const host = { info: () => undefined };
    await pruneRegistry({ repository, used: new Set(), dryRun: false }, { registry, host });

    expect([...(await client().tags(repository))].sort()).toEqual([kept, 'train.last']);
    expect(await client().find({ ...repository, digest: last.digest })).toBeDefined();
  });

  it('shows them to oras, which fetches what is inside', async () => {
    if (oras === undefined) return;
    const text = spdxOf({ image: image.digest, created: undefined, packages: [] });
    const digest = await client().pushReferrer(image, sbomArtifact(text, 0));
    const name = `${server.host}/acme/train`;
    const env = { HOME: folder, PATH: '' };

    const words = ['discover', '--plain-http', '--format', 'json', `${name}@${image.digest}`];
    const { stdout } = await run(oras, words, { env });
    await run(oras, ['pull', '--plain-http', '-o', folder, `${name}@${digest}`], { env });

    const manifests: readonly { digest: string; artifactType: string }[] = JSON.parse(stdout).manifests;
    expect(manifests.find((one) => one.digest === digest)?.artifactType).toBe('application/spdx+json');
    expect(sha256(await readFile(join(folder, 'sbom.spdx.json'), 'utf8'))).toBe(sha256(text));
  });
});
