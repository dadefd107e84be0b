import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../errors.ts';
import type { EngineApi } from '../../../io/engine/api.ts';
import type { Environment, Variables } from '../../../io/process/exec.ts';
import { withMachineLock } from '../../../io/process/machine-lock.ts';
import type { StartProcess } from '../../../io/process/process.ts';
import { callBuildx } from '../../command/buildx.ts';
import { writePrivate } from '../../command/work-folder.ts';
import { CACHE_LIMIT, renderBuildkitdConfig } from './buildkitd-config.ts';
import { BUILDER, findContainer, pulledDigest, removeContainer } from './container.ts';
import { createArguments } from './create-arguments.ts';
import { createError } from './create-failure.ts';
import { decide } from './decision.ts';
import { type BuilderSettings, fingerprintOf } from './settings.ts';

/** What a builder is made with, of this machine. */
export interface BuilderTools {
  readonly engine: EngineApi;
  readonly start: StartProcess;
  /** The environment of buildx, with the login that the image of BuildKit is pulled with. */
  readonly env: Environment;
  /** Where buildx is looked for. */
  readonly search: Variables;
  /** A private folder that lasts as long as the builder is used. */
  readonly folder: string;
  readonly info: (line: string) => void;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Whether the machine goes away with the job. */
  readonly ephemeral: boolean;
}

/** What a process that builds is told of a builder. */
export interface UsableBuilder {
  /** undefined: the one that buildx itself would take. */
  readonly name: string | undefined;
  /** On top of the environment of buildx. */
  readonly env: Environment;
  /** Whether it is known to push nothing by its digest, so that a push has a tag at once. */
  readonly pushesTags?: boolean | undefined;
}

/** Milliseconds: as long as another process may need to pull the image of BuildKit. */
const PATIENCE = 5 * 60_000;

/**
 * A builder with the `docker-container` driver beside an engine that cannot push by itself: made when it is needed first,
 * and found again by the name of its container. buildx knows it from a folder of this process alone, so the builders
 * of the user are not touched, and what other users of the engine made is found as well.
 */
export async function ensureOwnBuilder(
  settings: BuilderSettings,
  tools: BuilderTools,
): Promise<UsableBuilder> {
  const own = { BUILDX_CONFIG: join(tools.folder, 'buildx') };
  await mkdir(own.BUILDX_CONFIG, { mode: 0o700 });
  const create = await writeSettings(settings, tools.folder);
  const ensure = (): Promise<void> =>
    makeOrReuse(settings, create, { ...tools, env: { ...tools.env, ...own } });
  await withMachineLock('jobimg-builder', ensure, { wait: tools.wait, patience: PATIENCE });
  return { name: BUILDER, env: own };
}

async function writeSettings(settings: BuilderSettings, folder: string): Promise<readonly string[]> {
  const nameOf = (host: string): string => `${host.replace(/[^A-Za-z0-9.-]+/g, '_')}.pem`;
  for (const { host, certificates } of settings.registries) {
    if (certificates !== '') await writePrivate(folder, nameOf(host), certificates);
  }
  const text = renderBuildkitdConfig(settings.registries, (host) => join(folder, nameOf(host)));
  const config = await writePrivate(folder, 'buildkitd.toml', text);
  return createArguments(settings, { config, nameOf });
}

async function makeOrReuse(
  settings: BuilderSettings,
  create: readonly string[],
  tools: BuilderTools,
): Promise<void> {
  const { engine, info } = tools;
  const { image } = settings;
  const there = await findContainer(engine);
  const decision = decide(there, { image, settings: fingerprintOf(settings) });
  if (decision.kind === 'refuse') throw REFUSALS[decision.why]();
  if (decision.kind === 'reuse') {
    await buildx(create, image, tools);
    info(`builder ${BUILDER}: reused${decision.why === undefined ? '' : `, although ${decision.why}`}`);
    return;
  }
  if (there !== undefined) await removeContainer(there.id, engine);
  await make(create, image, tools);
  if (decision.kind === 'replace') info(`the one before was replaced: ${decision.why}`);
}

async function make(create: readonly string[], image: string, tools: BuilderTools): Promise<void> {
  const { engine, info, now, ephemeral } = tools;
  info(
    `the Docker engine of this machine cannot push images reproducibly: a builder is created with ${image}`,
  );
  const start = now();
  await buildx([...create, '--bootstrap'], image, tools);
  const seconds = ((now() - start) / 1000).toFixed(1);
  const made = await findContainer(engine);
  const digest = made === undefined ? undefined : await pulledDigest(made.imageId, engine);
  info(
    `builder ${BUILDER}: created in ${seconds} s${digest === undefined ? '' : ` with the image ${digest}`}`,
  );
  if (ephemeral) return;
  info(`it stays for later builds, with a cache of at most ${CACHE_LIMIT}; \`jobimg prune\` removes it`);
}

async function buildx(args: readonly string[], image: string, tools: BuilderTools): Promise<void> {
  const { env, search, start, signal } = tools;
  const { code, stderr } = await callBuildx(args, { env, search, start, signal });
  if (code === 0) return;
  if (signal.aborted) throw new UserError('creating the builder was cancelled', { code: 'build-cancelled' });
  throw createError(stderr, image);
}

const REFUSALS = {
  foreign: () =>
    new UserError(`there is a builder "${BUILDER}" on this engine that jobimg did not create`, {
      kind: 'unavailable',
      code: 'builder-foreign',
      hint: `use it with \`builder: ${BUILDER}\` or JOBIMG_BUILDER=${BUILDER}, or remove it: docker buildx rm ${BUILDER}`,
    }),
  busy: () =>
    new UserError(`the builder "${BUILDER}" is building, with other network settings than this build needs`, {
      kind: 'unavailable',
      code: 'builder-busy',
      hint: 'start it again when that build is over, or name another builder with the input "builder" (--builder)',
    }),
} as const;
