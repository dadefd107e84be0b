import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineApi } from '../../io/engine.ts';
import type { Environment, Variables } from '../../io/exec.ts';
import type { StartProcess } from '../../io/process.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Reference, Repository } from '../../oci/types.ts';
import { childEnvironment } from '../child-environment.ts';
import type { BuildLog } from '../display.ts';
import { privateDockerConfig } from '../docker-config.ts';
import type { HostFacts } from '../host-facts.ts';
import { callBuildx } from './buildx-command.ts';
import { type BuilderChoice, chooseBuilder, readDriver } from './choice.ts';
import { classicStoreError, hasClassicStore } from './classic-store.ts';
import { engineCertificates, engineNetwork } from './engine-network.ts';
import { ensureOwnBuilder, type UsableBuilder } from './own-builder.ts';
import { builderSettings, fingerprintOf } from './settings.ts';

/** What a build asks of a builder. */
export interface BuilderRequest {
  /** Whether its image goes to a registry. */
  readonly pushes: boolean;
  /** Registries that it reads from and pushes to. */
  readonly hosts: readonly string[];
  /** The image of BuildKit, where this build reads images from. */
  readonly buildkit: Reference;
}

export interface SelectorOptions {
  readonly env: Variables;
  /** A private folder that lasts as long as this process. */
  readonly temporary: string;
  readonly builder?: string | undefined;
  readonly start: StartProcess;
  /** The local engine; undefined: there is none to ask. */
  readonly engine?: (() => Promise<EngineApi>) | undefined;
  readonly credentials: (repositories: readonly Repository[]) => Promise<string>;
  readonly log: BuildLog;
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Finds the builder for each build of this process; one of our own is made once, and only when a build needs it. */
export function builderSelector(
  options: SelectorOptions,
): (request: BuilderRequest, facts: HostFacts) => Promise<UsableBuilder> {
  let asked: Promise<Engine> | undefined;
  const made = new Map<string, Promise<UsableBuilder>>();

  return async (request, facts) => {
    asked ??= askEngine(options);
    const engine = await asked;
    const choice = await choiceFor(request, engine, options);
    if (choice.kind === 'none') throw classicStoreError();
    if (choice.kind === 'named') return { name: choice.name, env: {} };
    if (choice.kind === 'current' || engine.api === undefined) return { name: undefined, env: {} };
    return own(request, facts, { ...engine, api: engine.api });
  };

  async function own(request: BuilderRequest, facts: HostFacts, engine: Answering): Promise<UsableBuilder> {
    const image = imageOf(request, options.env);
    const { settings, withheld } = builderSettings({
      image,
      hosts: request.hosts,
      engine: engineNetwork(engine.info, await engineCertificates()),
      proxies: facts.proxies,
      certificates: facts.certificates,
      hostNetwork: facts.hostNetwork,
    });
    const key = fingerprintOf(settings);
    const known = made.get(key);
    if (known !== undefined) return known;
    for (const name of withheld)
      options.log.info(`the builder is not given ${name}, whose address holds a login`);
    const making = makeOwn();
    made.set(key, making);
    making.catch(() => made.delete(key));
    return making;

    async function makeOwn(): Promise<UsableBuilder> {
      const folder = await mkdtemp(join(options.temporary, 'builder-'));
      const env = await environment([image], folder, options);
      const { start, log, now, wait, signal } = options;
      const ephemeral = options.env['RUNNER_ENVIRONMENT'] === 'github-hosted';
      const tools = { start, now, wait, signal, env, folder, ephemeral, info: log.info };
      return await ensureOwnBuilder(settings, { ...tools, engine: engine.api, search: options.env });
    }
  }
}

/** Whoever operates the machine may have BuildKit from a place of their own. */
function imageOf({ buildkit }: BuilderRequest, env: Variables): Reference {
  const own = env['JOBIMG_BUILDKIT_IMAGE'];
  return own ? parseReference(own) : buildkit;
}

interface Engine {
  readonly api: EngineApi | undefined;
  readonly info: unknown;
}

interface Answering extends Engine {
  readonly api: EngineApi;
}

/** An engine that does not answer is told by the build itself, in buildx's own words. */
async function askEngine({ engine }: SelectorOptions): Promise<Engine> {
  try {
    const api = await engine?.();
    return { api, info: await api?.json({ method: 'GET', path: '/info' }) };
  } catch {
    return { api: undefined, info: undefined };
  }
}

async function choiceFor(
  { pushes }: BuilderRequest,
  { info }: Engine,
  options: SelectorOptions,
): Promise<BuilderChoice> {
  const classicStore = info === undefined ? undefined : hasClassicStore(info);
  // With another store any builder will do, and which one it is need not be asked.
  const driver = pushes && classicStore === true ? await currentDriver(options) : undefined;
  return chooseBuilder({ named: options.builder, pushes, classicStore, driver });
}

async function currentDriver(options: SelectorOptions): Promise<string | undefined> {
  const { builder, start, signal, temporary } = options;
  if (builder !== undefined) return undefined;
  const folder = await mkdtemp(join(temporary, 'inspect-'));
  const env = await environment([], folder, options);
  const { code, stdout } = await callBuildx(['inspect'], { env, search: options.env, start, signal });
  return code === 0 ? readDriver(stdout) : undefined;
}

/** Of buildx, with the login for these repositories and no other. */
async function environment(
  repositories: readonly Repository[],
  folder: string,
  { env, credentials }: SelectorOptions,
): Promise<Environment> {
  const base = childEnvironment(env, []);
  return { ...base, ...(await privateDockerConfig(folder, await credentials(repositories), base)) };
}
