import { setImmediate } from 'node:timers/promises';
import type { BuildDisks } from '../../src/disk/disk.ts';
import { UserError } from '../../src/errors.ts';
import type { TargetFacts } from '../../src/fit/facts.ts';
import type { Tree } from '../../src/jobspec/file/tree.ts';
import { sha256 } from '../../src/oci/digest.ts';
import { LINUX_AMD64, printPlatform } from '../../src/oci/platform.ts';
import { printReference } from '../../src/oci/reference.ts';
import { artifactBytes, referrerDescriptor } from '../../src/oci/referrer.ts';
import {
  ANNOTATION,
  type Blob,
  type Descriptor,
  type Digest,
  type Manifest,
  type Reference,
  type Repository,
} from '../../src/oci/types.ts';
import type { Bases } from '../../src/plan/bases.ts';
import type { FileEntry } from '../../src/plan/plan.ts';
import { rightsOf } from '../../src/plan/rights.ts';
import { selectFiles } from '../../src/recipe/dockerfile/context/selection.ts';
import type { ContextSource, FileSet } from '../../src/recipe/recipe.ts';
import { readLayerEntries, readLayerFiles } from '../../src/registry/layer-entries.ts';
import { isClaimable } from '../../src/run/owner-process.ts';
import { recordOf } from '../../src/run/record.ts';
import { isLive } from '../../src/run/state.ts';
import type { RunEvent } from '../../src/run/types/event.ts';
import type { Handle } from '../../src/run/types/handle.ts';
import type { Verdict } from '../../src/run/types/verdict.ts';
import type { Backend, ListedRun, RunStatus } from '../../src/tools/backend.ts';
import type { Builder } from '../../src/tools/builder.ts';
import type { Engine } from '../../src/tools/engine.ts';
import type { Host } from '../../src/tools/host.ts';
import type { Registry, StoredImage } from '../../src/tools/registry.ts';
import type { RunFiles } from '../../src/tools/run-files.ts';
import type { KnownRun, Runs } from '../../src/tools/runs.ts';
import type { Source } from '../../src/tools/source.ts';
import type { Tools } from '../../src/tools/tools.ts';
import { treeOf } from '../recipe/support.ts';

type Annotations = ReadonlyMap<string, string>;

/** A world in memory: what is pushed is found again, what runs leaves its outputs. */
export interface FakeWorld {
  readonly tools: Tools;
  /** The repository's files, to be edited between two calls. */
  readonly files: Map<string, string>;
  /** By reference with tag. */
  readonly tags: Map<string, Digest>;
  /** By the digest of the image that they are about. */
  readonly referrers: Map<Digest, readonly Descriptor[]>;
  /** What was asked of the registry, in order. */
  readonly asked: string[];
  /** Tags of the images that the builder was asked for. */
  readonly builds: string[];
  /** What installers say in a build that is thrown away, by the file of the answer. */
  readonly answers: Map<string, string>;
  /** Platforms whose programs the builder cannot run. */
  readonly builderLacks: Set<string>;
  /** What tags of bases lead to now, by the reference, and ` for ` another platform than the usual one. */
  readonly bases: Map<string, Digest>;
  /** References of bases that a registry denies to who has no login. */
  readonly denied: Set<string>;
  readonly lines: string[];
  readonly started: string[];
  readonly remembered: Set<string>;
  /** By its id, a run that this machine does not know to be over. */
  readonly known: Map<string, KnownRun>;
  /** How runs stand that other processes started, by id; one that is not here is absent. */
  readonly standing: Map<string, RunStatus['state']>;
  /** What is there of runs that this machine may have no record of. */
  readonly listed: ListedRun[];
  /** What was done with runs, in order: `clean train-1`. */
  readonly done: string[];
  /** Work that the result does not wait for. */
  readonly afterwards: Promise<void>[];
  /** Whether a backend takes its time to remove what is left of a run. */
  removesLater: boolean;
  /** How the next run ends. */
  verdict: Verdict;
  mayPush: boolean;
  /** Bytes of the layers of every image that is pulled. */
  layerSize: number;
  /** Where builds take room; undefined: on another machine. */
  disks: BuildDisks | undefined;
  /** Digests that the machine remembers of bases. */
  heldBases: Bases;
  /** What the builder has fetched before. */
  held: ReadonlySet<Digest> | undefined;
  /** What the backend offers. */
  targets: readonly TargetFacts[];
}

const BASE = sha256('base');
const USUAL = printPlatform(LINUX_AMD64);
const text = new TextEncoder();

export function fakeWorld(
  files: Readonly<Record<string, string>>,
  changes: Partial<Tools['caller']> = {},
): FakeWorld {
  const world = {
    files: new Map(Object.entries(files)),
    tags: new Map<string, Digest>(),
    referrers: new Map<Digest, readonly Descriptor[]>(),
    asked: [] as string[],
    builds: [] as string[],
    answers: new Map<string, string>(),
    bases: new Map<string, Digest>(),
    denied: new Set<string>(),
    builderLacks: new Set<string>(),
    lines: [] as string[],
    started: [] as string[],
    remembered: new Set<string>(),
    known: new Map<string, KnownRun>(),
    standing: new Map<string, RunStatus['state']>(),
    listed: [] as ListedRun[],
    done: [] as string[],
    afterwards: [] as Promise<void>[],
    removesLater: false,
    verdict: { reason: 'succeeded', exitCode: 0 } as Verdict,
    mayPush: true,
    layerSize: 0,
    heldBases: new Map() as Bases,
    disks: undefined as BuildDisks | undefined,
    held: new Set() as ReadonlySet<Digest> | undefined,
    targets: [] as readonly TargetFacts[],
  };
  const images = new Map<Digest, Annotations>();
  const engine = new Map<string, { readonly engineId: Digest; readonly id: Digest }>();
  const tools: Tools = {
    host: fakeHost(world),
    source: fakeSource(world.files),
    registry: fakeRegistry(world, images),
    builder: fakeBuilder(world, images, engine),
    engine: {
      find: async (tag) => engine.get(tag),
      platform: async () => LINUX_AMD64,
      inspect: async () => undefined,
    } satisfies Engine,
    storage: { disks: async () => world.disks, held: async () => world.held },
    backend: async () => fakeBackend(world),
    caller: { ...CALLER, ...changes },
    cleaner: () => ({
      push: (bytes) => new TextDecoder().decode(bytes).split('\n').slice(0, -1),
      barShown: () => undefined,
      end: () => [],
    }),
    files: async ({ id }) => fakeFiles(id, world),
    runs: fakeRuns(world),
    afterwards: (work) => void world.afterwards.push(work),
    artifacts: undefined,
    signer: undefined,
    layerEntries: readLayerEntries,
    layerFiles: readLayerFiles,
    isHere: async () => true,
    refusals: async () => [],
    targets: async () => world.targets,
    terminal: async () => async () => 0,
    baseline: async () => undefined,
    heldBases: {
      read: async () => world.heldBases,
      async keep(bases) {
        world.heldBases = new Map([...world.heldBases, ...bases]);
      },
    },
    readText: async (path) => world.files.get(path),
  };
  return Object.assign(world, { tools });
}

const CALLER: Tools['caller'] = {
  rights: rightsOf({ event: undefined, untrusted: false, checkout: undefined }),
  autoRegistry: undefined,
  workflowJob: 'image',
  repositoryName: 'train',
  run: { random: '0123456789abcdef', attempt: 1 },
  time: () => 1_800_000_000,
  pause: async () => undefined,
  env: new Map(),
  cpus: 2,
  defaultsOption: '',
  hosted: false,
  machine: async () => ({ gpu: false, labels: [] }),
};

function fakeHost({ lines, remembered }: Pick<FakeWorld, 'lines' | 'remembered'>): Host {
  return {
    async group(title, work, outcomeOf) {
      lines.push(title);
      const value = await work();
      if (outcomeOf !== undefined) lines.push(`${title}: ${outcomeOf(value, '0.0 s')}`);
      return value;
    },
    info: (line) => void lines.push(line),
    lines: (texts) => void lines.push(...texts),
    bar: (line) => void lines.push(line),
    barEvery: 10_000,
    finding: ({ message }) => void lines.push(message),
    mask: () => undefined,
    remember: ({ run }) => void remembered.add(run),
    forget: ({ run }) => void remembered.delete(run),
    cancelled: new AbortController().signal,
    leaving: new AbortController().signal,
    now: () => 0,
  };
}

function fakeSource(files: ReadonlyMap<string, string>): Source {
  // A test may change the files at any time.
  const now = (): Tree => treeOf(Object.fromEntries(files));
  const tree: Tree = {
    has: (path) => now().has(path),
    text: (path) => now().text(path),
    list: (folder) => now().list(folder),
  };
  const walked = (sources: readonly ContextSource[] = [{ path: '' }]): readonly string[] => {
    const names = [...files.keys()].filter((path) => path !== 'jobimg.yml').sort();
    const all = names.map((path) => ({ path, kind: 'file' as const }));
    return selectFiles(all, sources, () => '').map(({ path }) => path);
  };
  const paths = (set: FileSet): readonly string[] =>
    set.kind === 'listed' ? set.paths : walked(set.sources);
  const entry = (path: string): FileEntry => {
    const content = files.get(path) ?? '';
    return {
      path,
      kind: 'file',
      executable: false,
      content: sha256(content).slice('sha256:'.length),
      size: content.length,
    };
  };
  return {
    tree,
    scan: async (set) => ({ entries: paths(set).map(entry), findings: [], windowsScripts: [] }),
    async pack(layers) {
      return layers.map((layer) => {
        const bytes = text.encode(JSON.stringify(layer.entries));
        return {
          mediaType: 'layer',
          digest: sha256(bytes),
          diffId: sha256(bytes),
          size: bytes.length,
          open: () => once(bytes),
        };
      });
    },
    release: () => undefined,
    readAnew: () => undefined,
    tar: () => once(new Uint8Array()),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const NO_RIGHTS = new UserError('POST uploads: DENIED (403)', {
  code: 'registry-denied',
  hint: 'add "permissions: { contents: read, packages: write }" to the job',
});

function assertAllowed({ denied }: Pick<FakeWorld, 'denied'>, reference: Reference): void {
  if (!denied.has(printReference(reference))) return;
  throw new UserError('GET manifest: denied (401)', { code: 'registry-denied', hint: 'log in' });
}

function fakeRegistry(
  world: Pick<FakeWorld, 'tags' | 'asked' | 'bases' | 'denied' | 'layerSize' | 'referrers'> & {
    mayPush: boolean;
  },
  images: Map<Digest, Annotations>,
): Registry {
  const { tags, asked } = world;
  const indexes = new Map<Digest, readonly Descriptor[]>();
  const manifests = new Map<Digest, Manifest>();
  const layerOf = new Map<Digest, Blob>();
  const stored = ({ registry, path }: Repository, digest: Digest): StoredImage => {
    const annotations = images.get(digest) ?? new Map<string, string>();
    return { registry, path, digest, id: annotations.get(ANNOTATION.id) as Digest | undefined, annotations };
  };
  const put = ({ registry, path }: Repository, tag: string, digest: Digest, replaces: Digest | undefined) => {
    const to = { registry, path };
    const name = printReference({ ...to, tag });
    const there = tags.get(name);
    if (there !== undefined && there !== digest && there !== replaces)
      return { image: stored(to, there), other: there };
    tags.set(name, digest);
    return { image: stored(to, digest) };
  };
  return {
    prepare: async () => undefined,
    async resolve(reference, platform) {
      assertAllowed(world, reference);
      const name = platform === 'index' ? platform : printPlatform(platform);
      const asking = `${printReference(reference)}${name === USUAL ? '' : ` for ${name}`}`;
      asked.push(`resolve ${asking}`);
      if (reference.path.includes('missing')) return undefined;
      return reference.digest ?? world.bases.get(asking) ?? (name === USUAL ? BASE : sha256(`base ${name}`));
    },
    async find(reference) {
      asked.push(`find ${reference.tag ?? reference.digest}`);
      const digest = reference.digest ?? tags.get(printReference(reference));
      return digest !== undefined && images.has(digest) ? stored(reference, digest) : undefined;
    },
    async descriptorOf({ digest }) {
      return { mediaType: 'manifest', digest, size: digest.length };
    },
    async indexManifests({ digest }) {
      return indexes.get(digest);
    },
    async pull(image) {
      const config = {
        ...LINUX_AMD64,
        rootfs: { type: 'layers', diff_ids: [BASE] },
      } as const;
      const descriptor = { mediaType: 'config', digest: BASE, size: 2 };
      const layers = [{ mediaType: 'layer', digest: BASE, size: world.layerSize }];
      return { image, config, manifest: { schemaVersion: 2, config: descriptor, layers } };
    },
    blob: async (_, { digest }) => layerOf.get(digest)?.open() ?? once(text.encode(digest)),
    async manifest(image) {
      return manifests.get(image.digest) ?? (await this.pull(image)).manifest;
    },
    async pushReferrer(subject, artifact) {
      asked.push(`refer ${artifact.artifactType}`);
      if (!world.mayPush) throw NO_RIGHTS;
      const bytes = artifactBytes(await this.descriptorOf(subject), artifact);
      const descriptor = referrerDescriptor(bytes.manifest);
      for (const blob of bytes.blobs) layerOf.set(blob.digest, blob);
      manifests.set(descriptor.digest, JSON.parse(new TextDecoder().decode(bytes.manifest)));
      world.referrers.set(subject.digest, [...(world.referrers.get(subject.digest) ?? []), descriptor]);
      images.set(descriptor.digest, artifact.annotations);
      return descriptor.digest;
    },
    referrers: async ({ digest }) => world.referrers.get(digest) ?? [],
    tags: async ({ registry, path }) =>
      [...tags.keys()].flatMap((name) =>
        name.startsWith(`${registry}/${path}:`) ? [name.slice(`${registry}/${path}:`.length)] : [],
      ),
    async push(to, { manifest }, tag, replaces) {
      asked.push(`push ${tag}`);
      const digest = sha256(manifest);
      const { annotations = {}, manifests } = JSON.parse(new TextDecoder().decode(manifest)) as {
        annotations?: Record<string, string>;
        manifests?: readonly Descriptor[];
      };
      if (manifests !== undefined) indexes.set(digest, manifests);
      images.set(digest, new Map(Object.entries(annotations)));
      return put(to, tag, digest, replaces);
    },
    async retag(from, tag, replaces) {
      asked.push(`retag ${tag}`);
      return put(from, tag, from.digest, replaces);
    },
    remove: async () => true,
    pushRefusal: async () => (world.mayPush ? undefined : NO_RIGHTS),
  };
}

function fakeBuilder(
  world: Pick<FakeWorld, 'builds' | 'answers' | 'builderLacks'>,
  images: Map<Digest, Annotations>,
  engine: Map<string, { readonly engineId: Digest; readonly id: Digest }>,
): Builder {
  const { builds } = world;
  return {
    async check(plans) {
      const missing = plans
        .map(({ platform }) => printPlatform(platform))
        .filter((name) => world.builderLacks.has(name));
      if (missing.length > 0) throw new UserError(`the builder cannot run ${missing.join(', ')}`);
    },
    async release() {
      builds.push('release');
      return true;
    },
    async extract(plan) {
      builds.push('extract');
      const answers = plan.dockerfile.matchAll(
        /(?:\/opt\/jobimg-lock|\/tmp\/jobimg-gpu-code)\/([\w-]+\.(?:json|txt))/g,
      );
      return new Map([...answers].map(([, name = '']) => [name, world.answers.get(name) ?? '']));
    },
    async build({ plan, to, id }) {
      builds.push(to.tag);
      const digest = sha256(`${plan.dockerfile}${id}`);
      if (to.kind === 'engine') {
        engine.set(to.tag, { engineId: digest, id });
        return { kind: 'loaded', engineId: digest };
      }
      images.set(digest, new Map([...plan.annotations, [ANNOTATION.id, id]]));
      return { kind: 'pushed', repository: to.repository, digest };
    },
  };
}

const SELF = { pid: 1, host: 'box', boot: '1', namespace: '1', started: '1' };

/** What another process of the same machine has written. */
function fakeRuns(world: Runner & Pick<FakeWorld, 'remembered' | 'known' | 'lines'>): Runs {
  const { done, known, remembered } = world;
  const starting = { folder: '/work', owner: SELF, now: new Date(0) };
  return {
    async remember(run, handle) {
      remembered.add(run.id);
      known.set(run.id, { record: recordOf(run, handle, starting), owner: 'alive', ended: undefined });
    },
    recordOf: async (run) =>
      done.some((one) => one.startsWith(`keep ${run} `)) ? { version: 1, run } : undefined,
    async keep({ run, verdict }) {
      done.push(`keep ${run.id} ${verdict.reason}`);
      return [];
    },
    async amend({ run, verdict }) {
      done.push(`amend ${run.id} ${verdict.reason}`);
    },
    statementOf: async (run) => (done.some((one) => one.startsWith(`keep ${run} `)) ? '{}' : undefined),
    async keepPage(legs) {
      done.push(`page of ${legs.length}`);
      return '/runs/a.matrix';
    },
    async keepBundle(run) {
      done.push(`sign ${run}`);
      return `/runs/${run}/provenance/bundle.sigstore.json`;
    },
    async detach({ run }) {
      const found = known.get(run);
      if (found === undefined) return;
      remembered.delete(run);
      known.set(run, { ...found, record: { ...found.record, detached: true } });
      done.push(`detach ${run}`);
    },
    async forget({ run }) {
      remembered.delete(run);
      known.delete(run);
      done.push(`forget ${run}`);
    },
    list: async () => [...known.values()],
    async claim(run, unseen) {
      const found = known.get(run);
      if (found === undefined || !isClaimable(found.owner, { detached: found.record.detached, even: unseen }))
        return false;
      known.set(run, { ...found, owner: 'alive', record: { ...found.record, detached: undefined } });
      return true;
    },
    async open(record) {
      const backend = fakeBackend(world);
      return { backend, status: await backend.look(record.handle, []) };
    },
    tidy: async () => undefined,
    removeExpired: async () => undefined,
  };
}

type Runner = Pick<FakeWorld, 'started' | 'standing' | 'listed' | 'done' | 'removesLater'> & {
  verdict: Verdict;
};

function fakeBackend(world: Runner): Backend {
  const { done, standing } = world;
  return {
    intentOf: ({ id, hash }): Handle => ({
      backend: 'docker',
      run: id,
      name: `jobimg-${id}`,
      hash,
      native: {},
    }),
    async check({ mounts = [] }) {
      const [first] = mounts;
      if (first !== undefined) throw new UserError(`this machine does not let jobs see "${first.from}"`);
    },
    async submit(run, intent) {
      // What has its name is gone on with, whatever became of it.
      if (standing.has(run.id)) return intent;
      world.started.push(run.command.kind === 'shell' ? run.command.text : run.command.words.join(' '));
      return intent;
    },
    async *follow(_, __, leaving): AsyncGenerator<RunEvent> {
      yield { type: 'state', state: 'started' };
      yield { type: 'log', stream: 'stdout', bytes: text.encode('hello\nloss=0.5\n') };
      if (leaving?.aborted)
        return yield { type: 'left', verdict: { reason: 'cancelled' }, native: { logged: '2' } };
      yield { type: 'end', verdict: world.verdict, duration: 3 };
    },
    async collect({ run }) {
      done.push(`collect ${run}`);
      return { files: ['outputs/metrics.json'], more: 0, findings: [] };
    },
    releaseCheckpoint: async ({ key }) => void done.push(`release ${key}`),
    async cancel({ run }) {
      done.push(`cancel ${run}`);
      standing.delete(run);
    },
    list: async () => world.listed,
    async stop({ run }) {
      done.push(`stop ${run}`);
      if (isLive({ state: standing.get(run) ?? 'absent' })) standing.set(run, 'ended');
    },
    look: async ({ run }) => ({
      state: standing.get(run) ?? 'absent',
      overdue: false,
      secrets: new Map(),
      ...(standing.get(run) === 'ended' ? { verdict: world.verdict } : {}),
    }),
    async clean({ run }) {
      if (world.removesLater) await setImmediate();
      done.push(`clean ${run}`);
      standing.delete(run);
      return true;
    },
  };
}

function fakeFiles(id: string, { done }: Pick<FakeWorld, 'done'>): RunFiles {
  return {
    restart: async () => void done.push(`restart ${id}`),
    folder: '/runs/1',
    writeLog: async () => undefined,
    outputs: async () => [{ path: 'outputs/metrics.json', size: 14, executable: false }],
    closeLog: async () => '/runs/1/log.txt',
    async *read() {
      yield text.encode('{"loss": 0.25}');
    },
  };
}
