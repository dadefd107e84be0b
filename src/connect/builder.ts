import { machine } from 'node:os';
import { UserError } from '../errors.ts';
import { normalPlatform } from '../oci/platform.ts';
import type { Repository } from '../oci/types.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { Credential } from '../registry/login/credential.ts';
import type { Builder, Caller } from '../tools.ts';
import { connectStore } from './docker.ts';
import { type Ground, temporaryFolder } from './ground.ts';
import { pullLogin } from './registry.ts';

export async function connectBuilder(ground: Ground): Promise<Builder> {
  const { env, inputs, clock, host, mask } = ground;
  const [
    { createBuilder },
    { DOCKERFILE },
    { removeLeftovers },
    { startProcess },
    { dockerConfigFor },
    { HOST_SECRETS },
  ] = await Promise.all([
    import('../build/buildx.ts'),
    import('../build/arguments.ts'),
    import('../build/work-folder.ts'),
    import('../io/process.ts'),
    import('../registry/login/docker-config.ts'),
    import('../plan/dockerfile.ts'),
  ]);
  await removeLeftovers(temporaryFolder(env));

  const builder = createBuilder({
    env,
    temporary: ground.temporary,
    folder: inputs.folder,
    credentials: async (repositories) => dockerConfigFor(await loginsOf(repositories, ground)),
    hostSecrets: HOST_SECRETS,
    mask: (values) => mask(values, 'a credential of the build'),
    builder: inputs.builder,
    machine: normalPlatform({ os: 'linux', architecture: machine() }),
    cacheFrom: inputs.cacheFrom,
    cacheTo: ground.caller.rights.cacheExport ? inputs.cacheTo : [],
    engine: ground.engine,
    now: clock.now,
    start: startProcess,
    context: (plan) => ground.source.tar(plan.context, [{ path: DOCKERFILE, content: plan.dockerfile }]),
    loaded: async (tag) => (await (await connectStore(ground)).find(tag))?.engineId,
    log: host,
    cleaner: ground.cleaner,
    signal: host.cancelled,
    wait: (milliseconds) => clock.sleep(milliseconds, host.cancelled),
  });
  return {
    check: (plans, to) => builder.check(plans, to),
    release: () => builder.release(),
    build(request) {
      allowSecrets(request.plan);
      return builder.build(request);
    },
    extract(plan) {
      allowSecrets(plan);
      return builder.extract(plan);
    },
  };

  function allowSecrets({ secrets, access }: BuildPlan): void {
    const isPrivate =
      access !== undefined && (access.ssh || access.git !== undefined || access.index?.secret !== undefined);
    if (secrets.length > 0 || isPrivate) assertSecretsAllowed(ground.caller);
    for (const { name } of secrets) mask([env[name] ?? ''], `the secret "${name}"`);
  }
}

async function loginsOf(
  repositories: readonly Repository[],
  ground: Ground,
): Promise<readonly { readonly registry: string; readonly credential: Credential }[]> {
  const found = await Promise.all(
    repositories.map(async (repository) => {
      const credential = await pullLogin(repository, ground);
      return credential === undefined ? [] : [{ registry: repository.registry, credential }];
    }),
  );
  return found.flat();
}

function assertSecretsAllowed({ rights }: Caller): void {
  if (rights.credentials) return;
  throw new UserError(`the build needs secrets, and gets none: ${rights.why}`, {
    code: 'untrusted',
    hint: 'build it from a branch of the repository itself',
  });
}
