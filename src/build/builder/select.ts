import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { isHosted } from '../../disk/free-space.ts';
import type { Variables } from '../../io/process/exec.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Reference } from '../../oci/types.ts';
import { classicStoreError } from '../failure/classic-store.ts';
import type { HostFacts } from '../machine/facts.ts';
import type { BuildLog } from '../progress/display.ts';
import { type AnsweringEngine, type AskOptions, builderQuestions, buildxEnvironment } from './ask.ts';
import { buildsInEngine } from './engine-driver.ts';
import { engineCertificates, engineNetwork } from './own/engine-network.ts';
import { ensureOwnBuilder, type UsableBuilder } from './own/own-builder.ts';
import { removeOwnBuilder } from './own/remove.ts';
import { builderSettings, fingerprintOf, type SettingsMade } from './own/settings.ts';

/** What a build asks of a builder. */
export interface BuilderRequest {
  /** Whether its image goes to a registry. */
  readonly pushes: boolean;
  /** Registries that it reads from and pushes to. */
  readonly hosts: readonly string[];
  /** The image of BuildKit, where this build reads images from. */
  readonly buildkit: Reference;
}

export interface SelectorOptions extends AskOptions {
  readonly log: BuildLog;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface BuilderSelector {
  select(request: BuilderRequest, facts: HostFacts): Promise<UsableBuilder>;
  /** Removes what was made; whether it did. */
  release(): Promise<boolean>;
}

/** Finds the builder for each build of this process; one of our own is made once, and only when a build needs it. */
export function builderSelector(options: SelectorOptions): BuilderSelector {
  const questions = builderQuestions(options);
  const made = new Map<string, Promise<UsableBuilder>>();

  return {
    async select(request, facts) {
      const choice = await questions.choice(request.pushes);
      if (choice.kind === 'none') throw classicStoreError();
      const engine = await questions.engine();
      if (choice.kind === 'named') return usable(choice.name, engine);
      if (choice.kind === 'current' || engine === undefined) return usable(undefined, engine);
      return own(await settingsFor(request, facts, engine), engine);
    },
    async release() {
      const engine = await questions.engine();
      if (made.size === 0 || engine === undefined) return false;
      made.clear();
      return (await removeOwnBuilder(engine.api)) === 'removed';
    },
  };

  /** Its driver `docker`, which is the engine's, refuses a push by digest. */
  async function usable(
    name: string | undefined,
    engine: AnsweringEngine | undefined,
  ): Promise<UsableBuilder> {
    return { name, env: {}, pushesTags: engine !== undefined && (await buildsInEngine(name, options.env)) };
  }

  function own(
    { settings, withheld, image }: OwnBuilderOptions,
    engine: AnsweringEngine,
  ): Promise<UsableBuilder> {
    const key = fingerprintOf(settings);
    const known = made.get(key);
    if (known !== undefined) return known;
    for (const name of withheld)
      options.log.info(`${name} is not passed to the builder, because its address contains a login`);
    const making = makeOwn({ settings, image }, engine);
    made.set(key, making);
    making.catch(() => made.delete(key));
    return making;
  }

  async function makeOwn(
    { settings, image }: Pick<OwnBuilderOptions, 'settings' | 'image'>,
    { api }: AnsweringEngine,
  ): Promise<UsableBuilder> {
    const folder = await mkdtemp(join(options.temporary, 'builder-'));
    const env = await buildxEnvironment([image], options);
    const { start, log, now, wait, signal, env: search } = options;
    const tools = { start, now, wait, signal, search, env, folder, info: log.info, engine: api };
    return await ensureOwnBuilder(settings, { ...tools, ephemeral: isHosted(search) });
  }

  async function settingsFor(
    { hosts, buildkit }: BuilderRequest,
    { proxies, certificates, hostNetwork }: HostFacts,
    { info }: AnsweringEngine,
  ): Promise<OwnBuilderOptions> {
    const image = imageOf(buildkit, options.env);
    const engine = engineNetwork(info, await engineCertificates());
    return { image, ...builderSettings({ image, hosts, engine, proxies, certificates, hostNetwork }) };
  }
}

interface OwnBuilderOptions extends SettingsMade {
  readonly image: Reference;
}

/** Whoever operates the machine may have BuildKit from a place of their own. */
function imageOf(buildkit: Reference, env: Variables): Reference {
  const own = env['JOBIMG_BUILDKIT_IMAGE'];
  return own ? parseReference(own) : buildkit;
}
