import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { askedOnce } from '../asked-once.ts';
import { runPlace } from '../host/runs/paths.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { deferred } from '../io/deferred.ts';
import { cacheFolder, rememberFolder, temporaryFolder } from '../io/fs/folders.ts';
import { readTextFile } from '../io/fs/text-file.ts';
import { createExec } from '../io/process/exec.ts';
import { temporaryPrefix } from '../io/process/leftovers.ts';
import { removeTree } from '../io/remove-tree.ts';
import { createCleaner } from '../log/log.ts';
import { readCheckout } from '../source/checkout.ts';
import { createSource } from '../source/source.ts';
import type { Builder } from '../tools/builder.ts';
import type { Engine } from '../tools/engine.ts';
import type { HeldBases } from '../tools/held-bases.ts';
import type { Runs } from '../tools/runs.ts';
import type { Storage } from '../tools/storage.ts';
import type { Tools } from '../tools/tools.ts';
import { connectArtifacts } from './artifacts.ts';
import { besideEntry } from './beside-entry.ts';
import type { ConnectContext, ConnectOptions } from './context.ts';
import { connectSigner } from './github/signer.ts';
import { createMask } from './mask.ts';
import { deferredRegistry } from './registry/deferred-registry.ts';

export interface ConnectedTools extends Tools {
  /** Waits for what is done afterwards, and removes what was only needed while the story ran. */
  close(): Promise<void>;
}

async function connectHeldBases(env: ConnectOptions['env']): Promise<HeldBases> {
  const { createHeldBases } = await import('../host/held-bases.ts');
  return createHeldBases(join(cacheFolder(env), 'bases.json'));
}

const backends = () => import('./backends.ts');
const registry = () => import('./registry/registry.ts');

function deferredRuns(context: ConnectContext): Runs {
  const make = async () => {
    const { connectRuns } = await import('./runs.ts');
    return connectRuns(context, () => readCheckout(context.inputs.folder).excludeFile);
  };
  return deferred<Runs>(make, {
    remember: true,
    keep: true,
    amend: true,
    recordOf: true,
    statementOf: true,
    keepBundle: true,
    keepPage: true,
    detach: true,
    forget: true,
    list: true,
    claim: true,
    open: true,
    tidy: true,
    removeExpired: true,
  });
}

/** The real tools. What is not asked for is neither made nor loaded: a run that finds its image needs no builder. */
export function connect(inputs: Inputs, options: ConnectOptions): ConnectedTools {
  const { env, host } = options;
  const behind: Promise<void>[] = [];
  const temporary = mkdtempSync(join(temporaryFolder(env), temporaryPrefix()));
  const exec = createExec(env['PATH'], host.cancelled);
  const context: ConnectContext = {
    ...options,
    inputs,
    exec,
    temporary,
    source: createSource({
      root: inputs.folder,
      tempFolder: temporary,
      signal: host.cancelled,
      rememberIn: rememberFolder(env),
      threadScript: besideEntry('packer.js'),
    }),
    cleaner: (keep) => createCleaner({ masker: options.masker, keep, now: options.clock.now }),
    mask: createMask(options),
    credentials: askedOnce(async () => (await registry()).connectCredentials(context)),
    registry: askedOnce(async () => (await registry()).connectRegistry(context)),
    engine: askedOnce(async () => (await import('./docker.ts')).connectEngine(env)),
    downloads: askedOnce(async () => (await import('./input-files.ts')).connectDownloads(context)),
    cluster: askedOnce(async (name) => (await import('./kubernetes.ts')).connectCluster(name, context)),
    network: askedOnce(async () => (await import('./machine/network.ts')).runNetwork(context, true)),
  };

  return {
    host,
    source: context.source,
    caller: options.caller,
    async *layerEntries(bytes, mediaType) {
      const { readLayerEntries } = await import('../registry/layer-entries.ts');
      yield* readLayerEntries(bytes, mediaType);
    },
    async *layerFiles(bytes, mediaType, wanted) {
      const { readLayerFiles } = await import('../registry/layer-entries.ts');
      yield* readLayerFiles(bytes, mediaType, wanted);
    },
    cleaner: context.cleaner,
    registry: deferredRegistry(context.registry),
    engine: deferred<Engine>(async () => (await import('./docker.ts')).connectStore(context), {
      find: true,
      platform: true,
      inspect: true,
    }),
    builder: deferred<Builder>(async () => (await import('./builder.ts')).connectBuilder(context), {
      check: true,
      build: true,
      release: true,
      extract: true,
    }),
    storage: deferred<Storage>(async () => (await import('./storage.ts')).connectStorage(context), {
      disks: true,
      held: true,
    }),
    backend: async (choice, secrets) => (await backends()).connectBackend(choice, secrets, context),
    isHere: async (choice) => (await backends()).isBackendHere(choice, context),
    refusals: async (run) => (await backends()).refusalsOf(run, context),
    targets: async (choice) => (await backends()).targetsOf(choice, context),
    terminal: async (backend) => (await backends()).terminalOf(backend, env),
    async files(run) {
      const [{ createRunFiles }, { runFolder }] = await Promise.all([
        import('../host/runs/files.ts'),
        import('../host/runs/run-folder.ts'),
      ]);
      const folder = runFolder(runPlace(env, inputs.folder).folder, run, new Date());
      return createRunFiles(folder, { hide: options.masker.hide });
    },
    runs: deferredRuns(context),
    artifacts: inputs.artifact ? connectArtifacts(env, host.info) : undefined,
    signer: inputs.attest && inputs.until === 'run' ? connectSigner(env, host) : undefined,
    heldBases: deferred<HeldBases>(() => connectHeldBases(env), { read: true, keep: true }),
    async baseline() {
      const { connectBaseline } = await import('./github/baseline.ts');
      return await connectBaseline(context);
    },
    readText: readTextFile,
    afterwards: (work) => void behind.push(work),
    async close() {
      await Promise.all([...behind, removeTree(temporary)]);
    },
  };
}
