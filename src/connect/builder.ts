import { machine } from 'node:os';
import { UserError } from '../errors.ts';
import { cancellableEngine } from '../io/engine/cancellable.ts';
import { temporaryFolder } from '../io/fs/folders.ts';
import { normalPlatform } from '../oci/platform.ts';
import type { Repository } from '../oci/types.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { Credential } from '../registry/login/credential.ts';
import type { Builder } from '../tools/builder.ts';
import type { Caller } from '../tools/caller.ts';
import type { ConnectContext } from './context.ts';
import { connectStore } from './docker.ts';
import { pullLogin } from './registry/registry.ts';

export async function connectBuilder(context: ConnectContext): Promise<Builder> {
  const { env, inputs, clock, host, mask } = context;
  const [
    { createBuilder },
    { DOCKERFILE },
    { removeLeftovers },
    { startProcess },
    { dockerConfigFor },
    { HOST_SECRETS },
  ] = await Promise.all([
    import('../build/buildx.ts'),
    import('../build/arguments/arguments.ts'),
    import('../io/process/leftovers.ts'),
    import('../io/process/process.ts'),
    import('../registry/login/docker-config.ts'),
    import('../plan/dockerfile/render.ts'),
  ]);
  await removeLeftovers(temporaryFolder(env));

  const builder = createBuilder({
    env,
    temporary: context.temporary,
    folder: inputs.folder,
    credentials: async (repositories) =>
      dockerConfigFor((await isOpen(context)) ? [] : await loginsOf(repositories, context)),
    hostSecrets: HOST_SECRETS,
    mask: (values) => mask(values, 'a credential of the build'),
    rights: context.caller.rights,
    builder: inputs.builder,
    machine: normalPlatform({ os: 'linux', architecture: machine() }),
    cacheFrom: inputs.cacheFrom,
    cacheTo: context.caller.rights.cacheExport ? inputs.cacheTo : [],
    engine: async () => cancellableEngine(await context.engine(), host.cancelled),
    now: clock.now,
    start: startProcess,
    context: (plan) => context.source.tar(plan.context, [{ path: DOCKERFILE, content: plan.dockerfile }]),
    loaded: async (tag) => (await (await connectStore(context)).find(tag))?.engineId,
    log: host,
    cleaner: context.cleaner,
    signal: host.cancelled,
    wait: (milliseconds) => clock.sleep(milliseconds, host.cancelled),
  });
  return {
    check: (plans, to) => builder.check(plans, to),
    release: () => builder.release(),
    async build(request) {
      await allowSecrets(request.plan);
      return await builder.build(request);
    },
    async extract(plan) {
      await allowSecrets(plan);
      return await builder.extract(plan);
    },
  };

  async function allowSecrets({ secrets, access }: BuildPlan): Promise<void> {
    if (secrets.length > 0 || isPrivate(access)) {
      assertSecretsAllowed(context.caller);
      if (await isOpen(context)) throw openEngine();
    }
    for (const { name } of secrets) mask([env[name] ?? ''], `the secret "${name}"`);
  }
}

function isPrivate(access: BuildPlan['access']): boolean {
  return (
    access !== undefined && (access.ssh || access.git !== undefined || access.index?.secret !== undefined)
  );
}

async function loginsOf(
  repositories: readonly Repository[],
  context: ConnectContext,
): Promise<readonly { readonly registry: string; readonly credential: Credential }[]> {
  const found = await Promise.all(
    repositories.map(async (repository) => {
      const credential = await pullLogin(repository, context);
      return credential === undefined ? [] : [{ registry: repository.registry, credential }];
    }),
  );
  return found.flat();
}

/** Whether the builder is behind an engine that is reached without TLS; one that was named has its own way. */
async function isOpen({ inputs, engine }: ConnectContext): Promise<boolean> {
  if (inputs.builder !== undefined) return false;
  try {
    return !(await engine()).isPrivate;
  } catch (error) {
    // One that we cannot speak to, as over ssh, may be spoken to by docker.
    if (error instanceof UserError) return false;
    throw error;
  }
}

function openEngine(): UserError {
  return new UserError('the build needs secrets, and its engine is reached without TLS', {
    code: 'engine-open',
    hint: 'add certificates to its Docker context, or set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH',
  });
}

function assertSecretsAllowed({ rights }: Caller): void {
  if (rights.credentials) return;
  throw new UserError(`the build needs secrets, and gets none: ${rights.why}`, {
    code: 'untrusted',
    hint: 'build it from a branch of the repository itself',
  });
}
