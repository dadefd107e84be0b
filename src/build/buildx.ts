import { join } from 'node:path';
import { askedOnce } from '../asked-once.ts';
import { sha256 } from '../oci/digest.ts';
import { runsOn } from '../oci/platform.ts';
import { parseReference } from '../oci/reference.ts';
import type { Platform, Repository } from '../oci/types.ts';
import { withCertificateMounts } from '../plan/dockerfile/certificate-mounts.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { Builder, BuildTarget, Built } from '../tools/builder.ts';
import { type BuildJob, renderInvocation } from './arguments/arguments.ts';
import type { AttemptTools } from './attempt.ts';
import { type AttemptOptions, buildWithRetries } from './build-with-retries.ts';
import type { UsableBuilder } from './builder/own/own-builder.ts';
import { builderPlatforms, missingPlatforms } from './builder/platforms.ts';
import { builderSelector, type SelectorOptions } from './builder/select.ts';
import { childEnvironment } from './command/child-environment.ts';
import { closeWorkFolder, openWorkFolder, readFolder } from './command/work-folder.ts';
import { refusesDigest } from './failure/by-digest.ts';
import { refusesMounts, withoutCertificates } from './failure/mounts.ts';
import { privateDockerConfig } from './machine/docker-config.ts';
import { gatherHostFacts, type HostFacts } from './machine/facts.ts';
import { buildSettings, mountsCertificates, type SettingsOptions } from './settings.ts';

export interface BuilderOptions extends AttemptTools, SelectorOptions, SettingsOptions {
  /** The text of a docker config.json with the logins of these repositories and no other. */
  readonly credentials: (repositories: readonly Repository[]) => Promise<string>;
  /** The platform of this machine. */
  readonly machine: Platform;
}

/** Finds the builder for a build. */
type Select = (plan: BuildPlan, to: BuildTarget | BuildJob['to']) => Promise<UsableBuilder>;

/** Builds with `docker buildx`: one process for a build, and no other where a builder is there that can do it. */
export function createBuilder(options: BuilderOptions): Builder {
  const facts = askedOnce((): Promise<HostFacts> => gatherHostFacts(options.env, options.rights));
  const selector = builderSelector(options);
  const select: Select = async (plan, to) => {
    const hosts = [...plan.reads, ...(to.kind === 'registry' ? [to.repository] : [])];
    const request = { pushes: to.kind === 'registry', hosts: hosts.map(({ registry }) => registry) };
    return await selector.select({ ...request, buildkit: plan.buildkit }, await facts());
  };

  const platformsOf = askedOnce(
    (builder: UsableBuilder) => askPlatforms(builder, options),
    ({ name }) => name,
  );

  async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await openWorkFolder(options.temporary);
    try {
      return await work(folder);
    } finally {
      await closeWorkFolder(folder);
    }
  }

  return {
    async check(plans, to) {
      const wanted = plans.map(({ platform }) => platform);
      // What the machine is itself, its builder is too: nobody waits for an answer that is known.
      const foreign = plans.find(({ platform }) => !runsOn(platform, options.machine));
      if (foreign === undefined) return;
      const there = await platformsOf(await select(foreign, to));
      // Where buildx does not tell, the build meets the reason, and says it in full.
      const error = missingPlatforms(wanted, there ?? wanted);
      if (error !== undefined) throw error;
    },
    build: (request) =>
      inFolder(async (folder) => {
        const builder = await select(request.plan, request.to);
        const built = await buildIn(folder, { request, builder, facts: await facts() }, options);
        if (built === undefined) throw new Error('the build has no image');
        return built;
      }),
    release: () => selector.release(),
    extract: (plan) =>
      inFolder(async (folder) => {
        const files = join(folder, 'files');
        const to = { kind: 'folder', folder: files } as const;
        const request = { plan, to, id: sha256(plan.dockerfile), noCache: true };
        await buildIn(folder, { request, builder: await select(plan, to), facts: await facts() }, options);
        return await readFolder(files);
      }),
  };
}

async function askPlatforms(
  { name, env }: UsableBuilder,
  options: BuilderOptions,
): Promise<readonly Platform[] | undefined> {
  const { start, signal, env: search } = options;
  return builderPlatforms(name, { env: { ...childEnvironment(search, []), ...env }, search, start, signal });
}

interface BuildOptions {
  readonly request: BuildJob;
  readonly builder: UsableBuilder;
  readonly facts: HostFacts;
}

async function buildIn(
  folder: string,
  { request, builder, facts }: BuildOptions,
  options: BuilderOptions,
): Promise<Built | undefined> {
  const caches = [...options.cacheFrom, ...options.cacheTo];
  const base = childEnvironment(options.env, caches);
  const credentials = await options.credentials([...repositoriesOf(request), ...cacheRepositories(caches)]);
  const config = await privateDockerConfig(folder, { credentials, env: base, rights: options.rights });
  const settings = {
    ...(await buildSettings(folder, request.plan, facts, options)),
    builder: builder.name,
  };
  const metadataFile = join(folder, 'metadata.json');
  const build = async (job: BuildJob): Promise<Built | undefined> => {
    const { args, env } = renderInvocation(job, settings, metadataFile);
    const all = { ...base, ...env, ...config, ...builder.env };
    const attempt = { request: job, args, env: all, metadataFile, cwd: folder };
    return mountsCertificates(job.plan, facts)
      ? await buildWithCertificates(attempt, options)
      : await buildWithRetries(attempt, options);
  };
  return builder.pushesTags === true
    ? await build({ ...request, tagged: true })
    : await byDigestOrTag(request, build, options.log);
}

/** Where a builder is known to push nothing by its digest, buildx says so before it builds anything. */
async function byDigestOrTag(
  request: BuildJob,
  build: (job: BuildJob) => Promise<Built | undefined>,
  { info }: BuilderOptions['log'],
): Promise<Built | undefined> {
  try {
    return await build(request);
  } catch (error) {
    const { to } = request;
    if (to.kind !== 'registry' || !refusesDigest(error)) throw error;
    // Every builder with the driver `docker` does, and nobody can do anything about it.
    if (error.findings.every(({ code }) => code !== 'build-by-digest'))
      info(
        `the image could not be pushed by its digest, and is pushed under the tag ${to.tag}: ${error.message}`,
      );
    return await build({ ...request, tagged: true });
  }
}

/** The id is of the Dockerfile without the mounts, which are in no layer; a frontend that is too old gets that one. */
async function buildWithCertificates(
  attempt: AttemptOptions,
  options: BuilderOptions,
): Promise<Built | undefined> {
  const { request } = attempt;
  const plan = { ...request.plan, dockerfile: withCertificateMounts(request.plan.dockerfile) };
  try {
    return await buildWithRetries({ ...attempt, request: { ...request, plan } }, options);
  } catch (error) {
    if (!refusesMounts(error)) throw error;
    options.log.info(withoutCertificates(request.plan));
    return await buildWithRetries(attempt, options);
  }
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
