import { INPUT_DEFAULTS, type Inputs } from '../../src/inputs/inputs.ts';
import type { FetchOptions } from '../../src/io/http/fetch.ts';
import { ANNOTATION } from '../../src/oci/types.ts';
import { main } from '../../src/steps/main.ts';
import type { Builder } from '../../src/tools/builder.ts';
import type { FakeClock } from '../fakes/clock.ts';
import type { FakeRegistry } from '../fakes/registry-server.ts';
import { type FakeWorld, fakeWorld } from '../fakes/tools.ts';
import { setUp } from './setup.ts';

export const PATH = 'acme/train';

export interface Job {
  readonly code?: string;
  readonly inputs?: Partial<Inputs>;
  /** As whom it logs in. */
  readonly user?: 'user' | 'reader';
  readonly clock?: FakeClock;
  readonly fetch?: Partial<FetchOptions>;
  /** What the builder puts into the environment image, beside what it was asked for. */
  readonly drift?: string;
}

/** One job of a workflow: everything but the registry is in memory, and its client talks to a server. */
export function worldOf(fake: FakeRegistry, job: Job): FakeWorld & { readonly clock: FakeClock } {
  const { code = '1', user = 'user', clock, drift, fetch } = job;
  const destination = { registry: fake.host, path: PATH };
  const world = fakeWorld({
    'jobimg.yml': 'run: python train.py\nimage: { requirements: requirements.txt }\n',
    'requirements.txt': 'six\n',
    'train.py': code,
  });
  const login = { registry: fake.host, username: user, password: 'secret' };
  const client = setUp(fake, {
    registryAuth: JSON.stringify([login]),
    destination,
    ...(clock === undefined ? {} : { clock }),
    ...(fetch === undefined ? {} : { fetch }),
  });
  const build: Builder['build'] = async (request) => {
    if (request.to.kind === 'engine') return world.tools.builder.build(request);
    world.builds.push(request.to.tag);
    const annotations = {
      ...Object.fromEntries(request.plan.annotations),
      [ANNOTATION.id]: request.id,
      ...(drift === undefined ? {} : { drift }),
    };
    const { digest } = fake.seed(PATH, request.to.tag, { annotations });
    return { kind: 'pushed', repository: destination, digest: digest as `sha256:${string}` };
  };
  const { registry } = client;
  return {
    ...world,
    lines: client.lines,
    clock: client.clock,
    tools: {
      ...world.tools,
      registry: {
        // Bases come from the world in memory.
        resolve: world.tools.registry.resolve,
        pull: (image) => (image.registry === fake.host ? registry : world.tools.registry).pull(image),
        prepare: (...to) => registry.prepare(...to),
        find: (reference) => registry.find(reference),
        descriptorOf: (image) => registry.descriptorOf(image),
        indexManifests: (image) => registry.indexManifests(image),
        blob: (repository, blob) => registry.blob(repository, blob),
        push: (...to) => registry.push(...to),
        retag: (from, tag, replaces) => registry.retag(from, tag, replaces),
        pushRefusal: (to) => registry.pushRefusal(to),
        manifest: (image) => registry.manifest(image),
        pushReferrer: (subject, artifact) => registry.pushReferrer(subject, artifact),
        referrers: (subject) => registry.referrers(subject),
        tags: (repository) => registry.tags(repository),
        remove: (repository, name) => registry.remove(repository, name),
      },
      builder: { ...world.tools.builder, build },
    },
  };
}

/** The image of the one job, and what was asked of the registry for it. */
export async function ensureImage(fake: FakeRegistry, job: Job = {}) {
  const world = worldOf(fake, job);
  const before = fake.requests.length;
  const registry = { kind: 'repository', text: `${fake.host}/${PATH}` } as const;
  const inputs: Inputs = {
    ...INPUT_DEFAULTS,
    folder: '/repository',
    registry,
    until: 'image',
    ...job.inputs,
  };
  const { images, findings } = await main(inputs, world.tools);
  return { image: images.get('train'), findings, world, asked: fake.requests.slice(before) };
}

export function writesOf(requests: FakeRegistry['requests']): readonly string[] {
  return requests
    .filter(({ method }) => !['GET', 'HEAD'].includes(method))
    .map(({ method, path }) => `${method} ${path}`);
}
