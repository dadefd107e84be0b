import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connectArtifacts } from './connect/artifacts.ts';
import { connectBuilder } from './connect/builder.ts';
import { connectDocker, connectEngine, connectStore, openTerminal } from './connect/docker.ts';
import type { Ground, Surroundings } from './connect/ground.ts';
import { connectDownloads } from './connect/inputs.ts';
import { createMask } from './connect/mask.ts';
import { connectCredentials, connectRegistry } from './connect/registry.ts';
import { connectStorage } from './connect/storage.ts';
import { createRunFiles } from './host/run-files.ts';
import type { Inputs } from './inputs.ts';
import { deferred } from './io/deferred.ts';
import { createExec } from './io/exec.ts';
import { temporaryFolder } from './io/folders.ts';
import { readTextFile } from './io/text-file.ts';
import { createCleaner } from './run/log.ts';
import { createSource } from './source/source.ts';
import type { Builder, Engine, Registry, Storage, Tools } from './tools.ts';

/** In the repository's folder; Git does not see it, and it enters no image. */
const RUNS_FOLDER = 'jobimg-runs';

export interface Connected extends Tools {
  /** Removes what was only needed while the story ran. */
  close(): Promise<void>;
}

/** The real tools. What is not asked for is neither made nor loaded: a run that finds its image needs no builder. */
export function connect(inputs: Inputs, around: Surroundings): Connected {
  const { env, host } = around;
  const temporary = mkdtempSync(join(temporaryFolder(env), `jobimg-${process.pid}-`));
  const exec = createExec(env['PATH']);
  const ground: Ground = {
    ...around,
    inputs,
    exec,
    temporary,
    source: createSource({ root: inputs.folder, tempFolder: temporary }),
    cleaner: (keep) => createCleaner({ masker: around.masker, keep, now: around.clock.now }),
    mask: createMask(around),
    credentials: once(() => connectCredentials(ground)),
    registry: once(() => connectRegistry(ground)),
    engine: once(() => connectEngine(env)),
    downloads: once(() => connectDownloads(ground)),
  };

  return {
    host,
    source: ground.source,
    caller: around.caller,
    async *layerEntries(bytes, mediaType) {
      const { readLayerEntries } = await import('./registry/layer-entries.ts');
      yield* readLayerEntries(bytes, mediaType);
    },
    cleaner: ground.cleaner,
    registry: deferred<Registry>(ground.registry, {
      prepare: true,
      resolve: true,
      find: true,
      pull: true,
      describe: true,
      below: true,
      blob: true,
      push: true,
      retag: true,
      pushRefusal: true,
    }),
    engine: deferred<Engine>(() => connectStore(ground), { find: true, platform: true, inspect: true }),
    builder: deferred<Builder>(() => connectBuilder(ground), {
      check: true,
      build: true,
      release: true,
      extract: true,
    }),
    storage: deferred<Storage>(() => connectStorage(ground), { disks: true, held: true }),
    backend: (choice, secrets) => connectDocker(choice, secrets, ground),
    interact: (handle) => openTerminal(handle, env),
    files: (run) => createRunFiles(join(inputs.folder, RUNS_FOLDER, run.id)),
    artifacts: connectArtifacts(ground),
    readText: readTextFile,
    close: () => rm(temporary, { recursive: true, force: true }),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
