import { join } from 'node:path';
import type { Variables } from '../io/exec.ts';
import { sha256 } from '../oci/digest.ts';
import { runsOn } from '../oci/platform.ts';
import { parseReference } from '../oci/reference.ts';
import type { Platform, Repository } from '../oci/types.ts';
import type { BuildPlan } from '../plan/plan.ts';
import { PYTORCH_KEY } from '../recipe/wheels.ts';
import { isHosted } from '../run/free-space.ts';
import type { Builder, Built } from '../tools.ts';
import { type AccessFiles, accessFiles } from './access-files.ts';
import { type BuildJob, type BuildSettings, renderInvocation, type SecretSource } from './arguments.ts';
import { type Attempt, type AttemptTools, buildOnce, CLASSIC_STORE, type Outcome } from './attempt.ts';
import { builderPlatforms, missingPlatforms } from './builder-platforms.ts';
import { channelMirrors } from './channel-mirrors.ts';
import { childEnvironment } from './child-environment.ts';
import { privateDockerConfig } from './docker-config.ts';
import { failureError } from './failure-error.ts';
import { cachedBuildx, dockerBuildx } from './find-buildx.ts';
import { gatherHostFacts, type HostFacts } from './host-facts.ts';
import { fileValues, secretSources } from './secret-sources.ts';
import { hasClassicStore, usesEngineBuilder } from './store-check.ts';
import { closeWorkFolder, openWorkFolder, readFolder, writePrivate } from './work-folder.ts';

export interface BuilderOptions extends AttemptTools {
  readonly env: Variables;
  /** Where private folders are made. */
  readonly temporary: string;
  /** The repository's folder, for secrets that are files. */
  readonly folder: string;
  /** The text of a docker config.json with the logins of these repositories and no other. */
  readonly credentials: (repositories: readonly Repository[]) => Promise<string>;
  /** Ids of the secrets that carry what the steps need of this machine. */
  readonly hostSecrets: Readonly<Record<keyof AccessFiles | 'certificates' | 'pip' | 'conda', string>>;
  /** Told of values that nothing may show, before they are used. */
  readonly mask: (values: readonly string[]) => void;
  readonly builder?: string | undefined;
  /** The platform of this machine. */
  readonly machine: Platform;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly wait: (milliseconds: number) => Promise<void>;
  /** The local engine's own `GET /info`, to refuse before a build what would only fail after it. */
  readonly engineInfo?: (() => Promise<unknown>) | undefined;
}

/** Builds with `docker buildx`: one process for a build, and none before or after it. */
export function createBuilder(options: BuilderOptions): Builder {
  let facts: Promise<HostFacts> | undefined;
  async function inFolder<T>(work: (folder: string, facts: HostFacts) => Promise<T>): Promise<T> {
    facts ??= gatherHostFacts(options.env);
    const folder = await openWorkFolder(options.temporary);
    try {
      return await work(folder, await facts);
    } finally {
      await closeWorkFolder(folder);
    }
  }

  let platforms: Promise<readonly Platform[] | undefined> | undefined;
  return {
    async check(wanted) {
      // What the machine is itself, its builder is too: nobody waits for an answer that is known.
      if (wanted.every((platform) => runsOn(platform, options.machine))) return;
      platforms ??= askPlatforms(options);
      // Where buildx does not tell, the build meets the reason, and says it in full.
      const error = missingPlatforms(wanted, (await platforms) ?? wanted);
      if (error !== undefined) throw error;
    },
    build: (request) =>
      inFolder(async (folder, found) => {
        const built = await buildIn(folder, request, found, options);
        if (built === undefined) throw new Error('the build has no image');
        return built;
      }),
    extract: (plan) =>
      inFolder(async (folder, found) => {
        const files = join(folder, 'files');
        const to = { kind: 'folder', folder: files } as const;
        await buildIn(folder, { plan, to, id: sha256(plan.dockerfile), noCache: true }, found, options);
        return await readFolder(files);
      }),
  };
}

async function askPlatforms(options: BuilderOptions): Promise<readonly Platform[] | undefined> {
  const { builder, start } = options;
  const env = childEnvironment(options.env, []);
  const asking = { buildx: await dockerBuildx(env), builder, env, start };
  const answer = await builderPlatforms(asking);
  const cached = answer === undefined ? await cachedBuildx(options.env) : undefined;
  return cached === undefined ? answer : builderPlatforms({ ...asking, buildx: cached });
}

async function buildIn(
  folder: string,
  request: BuildJob,
  facts: HostFacts,
  options: BuilderOptions,
): Promise<Built | undefined> {
  const caches = [...options.cacheFrom, ...options.cacheTo];
  const base = childEnvironment(options.env, caches);
  const buildx = await dockerBuildx(base);
  const credentials = await options.credentials([...repositoriesOf(request), ...cacheRepositories(caches)]);
  const config = await privateDockerConfig(folder, credentials, base);
  const settings = await settingsOf(folder, request.plan, facts, options);
  const metadataFile = join(folder, 'metadata.json');
  const { args, env } = renderInvocation(request, settings, metadataFile);
  const attempt = {
    request,
    buildx,
    args,
    env: { ...base, ...env, ...config },
    metadataFile,
    cwd: folder,
  };
  if (request.to.kind === 'registry') await refuseClassicStore(attempt, options);
  return await buildWithRetries(attempt, options);
}

async function refuseClassicStore({ request, env }: Attempt, options: BuilderOptions): Promise<void> {
  const { builder, engineInfo } = options;
  if (engineInfo === undefined || !(await usesEngineBuilder(builder, env))) return;
  // An engine that does not answer is told by the build itself, in buildx's own words.
  const info = await engineInfo().catch(() => ({}));
  if (!hasClassicStore(info)) return;
  throw failureError(CLASSIC_STORE, { text: [], stepStarted: false }, request.plan);
}

function repositoriesOf({ plan, to }: BuildJob): readonly Repository[] {
  return to.kind === 'registry' ? [to.repository, ...plan.reads] : plan.reads;
}

/** The repositories that caches of type registry name. */
function cacheRepositories(caches: readonly string[]): readonly Repository[] {
  const references = caches.map((cache) =>
    cache.includes('=') ? /(?:^|,)ref=([^,]+)/.exec(cache)?.[1] : cache,
  );
  return references.flatMap((reference) => (reference === undefined ? [] : [parseReference(reference)]));
}

/** pip reads no section of this name; the steps that install torch do. */
function mirrorText(pytorchIndex: string | undefined): string {
  return pytorchIndex === undefined ? '' : `[jobimg]\n${PYTORCH_KEY} = ${pytorchIndex}\n`;
}

async function settingsOf(
  folder: string,
  plan: BuildPlan,
  facts: HostFacts,
  options: BuilderOptions,
): Promise<BuildSettings> {
  const { builder, cacheFrom, cacheTo, hostSecrets } = options;
  // Given even when they are empty, so that the Dockerfile is the same on every machine.
  const certificates = await writePrivate(folder, 'certificates.pem', facts.certificates);
  const hasIndex = plan.access?.index !== undefined;
  const config = hasIndex ? facts.pip.withoutIndex : facts.pip.whole;
  const pip = await writePrivate(folder, 'pip.conf', `${config}${mirrorText(plan.pytorchIndex)}`);
  const { files, values } = await accessFiles(plan.access, options);
  const sources = await secretSources(plan.secrets, options.env, options.folder);
  options.mask([...values, ...(await fileValues(sources))]);
  const named = await Promise.all(sources.map((source, index) => sized(source, index, folder)));
  const access = await Promise.all(
    files.map(async ([name, text]) => ({
      id: hostSecrets[name],
      file: await writePrivate(folder, name, text),
    })),
  );
  const secrets = [
    { id: hostSecrets.certificates, file: certificates },
    { id: hostSecrets.pip, file: pip },
    ...access,
    ...(plan.channelMirrors === undefined
      ? []
      : [{ id: hostSecrets.conda, value: channelMirrors(plan.channelMirrors) }]),
    ...named,
  ];
  return { builder, cacheFrom, cacheTo, secrets, proxies: facts.proxies, hostNetwork: facts.hostNetwork };
}

/** Linux takes no variable of 128 KiB and more: a value of that size goes over in a file. */
async function sized(source: SecretSource, index: number, folder: string): Promise<SecretSource> {
  if ('file' in source || Buffer.byteLength(source.value) < 100_000) return source;
  return { id: source.id, file: await writePrivate(folder, `secret-${index}`, source.value) };
}

async function buildWithRetries(attempt: Attempt, options: BuilderOptions): Promise<Built | undefined> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await attemptBuild(attempt, options);
    if ('built' in outcome) return outcome.built;

    const { failure, record } = outcome;
    const error = failureError(failure, record, attempt.request.plan, isHosted(options.env));
    if (tries > failure.retries || options.signal.aborted) throw error;
    options.log.info(`${error.message}; the build is tried again (${tries} of ${failure.retries})`);
    await options.wait(backoff(tries));
  }
}

/** With buildx from the tool cache when docker itself has none: asked only then. */
async function attemptBuild(attempt: Attempt, options: BuilderOptions): Promise<Outcome> {
  const outcome = await buildOnce(attempt, options);
  if ('built' in outcome || outcome.failure.kind !== 'no-buildx') return outcome;
  const cached = await cachedBuildx(options.env);
  return cached === undefined ? outcome : await buildOnce({ ...attempt, buildx: cached }, options);
}

/** Milliseconds, random so that many runners do not come back at once. */
function backoff(tries: number): number {
  return Math.random() * Math.min(30_000, 1_000 * 2 ** tries);
}
