import { UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { systemClock } from '../../io/clock.ts';
import { namedFile, workspaceFolder } from '../../io/fs/folders.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { BackendChoice } from '../../jobspec/job/job.ts';
import type { GithubSite } from '../../jobspec/job/sites.ts';
import type { Sites } from '../../jobspec/layers/sites.ts';
import { destinationOf } from '../../plan/destination.ts';
import { defaultsOption } from '../../run/detach/defaults-option.ts';
import type { Handle } from '../../run/types/handle.ts';
import { type LookedAtRun, whereBackend } from '../../run/types/written-run.ts';
import type { Backend } from '../../tools/backend.ts';
import type { Registry } from '../../tools/registry.ts';
import type { BackendConnection, LeftRunCaller } from '../backend-connection.ts';
import type { ConnectContext } from '../context.ts';
import { connectPostRegistry } from '../post/registry.ts';
import { deferredRegistry } from '../registry/deferred-registry.ts';
import { readSites, sitesFor, tellUnknownPlace } from './sites.ts';

async function connect({ options }: BackendChoice, _: unknown, context: ConnectContext): Promise<Backend> {
  const { caller, clock, env, host, inputs, masker } = context;
  const sites = await readSites(inputs.defaults, inputs.folder);
  const [name, site] = chosen(options, sites);
  const token = tokenFor(site, env, inputs.githubToken);
  context.mask([token], `the token in ${site.tokenEnv}`);
  const destination = destinationOf(inputs, caller);
  return await create(name, site, {
    env,
    clock,
    token,
    registry: deferredRegistry(context.registry),
    registryHost: destination.kind === 'registry' ? destination.repository.registry : undefined,
    hide: masker.hide,
    defaultsOption: caller.defaultsOption,
    progress: host.info,
  });
}

async function refuse(
  asked: LookedAtRun,
  { inputs }: Pick<ConnectContext, 'inputs'>,
  findings: Findings,
): Promise<void> {
  const { refuseData } = await import('../../backends/github/refusals.ts');
  refuseData(asked, findings);
  const sites = await sitesFor(asked, inputs);
  if (sites.github === undefined) return tellUnknownPlace(asked, findings);
  findings.attempt(whereBackend(asked, 'github', 'repository'), () =>
    chosen(asked.run.backend.options, sites),
  );
}

async function reconnect({ native }: Handle, { env, defaults, host }: LeftRunCaller): Promise<Backend> {
  const sites = await readSites(defaults, workspaceFolder(env));
  const [name, site] = chosen({ place: native['place'], repository: native['repository'] }, sites);
  const token = tokenFor(site, env, env['INPUT_GITHUB-TOKEN']);
  return await create(name, site, {
    env,
    clock: systemClock,
    token,
    // What logs in, and what of that is hidden, was said by who has started the run.
    registry: connectPostRegistry(env, { info: host.info, mask: () => undefined }),
    registryHost: undefined,
    hide: (text) => text,
    defaultsOption: defaultsOption(defaults, env),
    progress: host.info,
  });
}

const DESCRIBE =
  'let the operator name it below "github" in the defaults file of the machine (JOBIMG_DEFAULTS)';

/** A spec chooses among what the operator allows, and can only repeat the rest. */
export function chosen(
  options: Readonly<Record<string, unknown>>,
  { github = new Map() }: Pick<Sites, 'github'>,
): readonly [name: string, site: GithubSite] {
  const { place, repository } = options;
  const fitting = [...github].filter(
    ([name, site]) =>
      (place === undefined || name === place) &&
      (repository === undefined || isSame(site.repository, String(repository))),
  );
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) throw notOne(options, [...github.keys()]);
  const [, site] = only;
  for (const key of ['workflow', 'ref'] as const) {
    const asked = options[key];
    if (asked !== undefined && asked !== site[key])
      throw new UserError(
        `the operator allows the ${key} "${site[key]}" of ${site.repository}, not "${asked}"`,
        {
          code: 'place',
          hint: `leave "${key}" out, or ask the operator for a place with it`,
        },
      );
  }
  return only;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function notOne(
  { place, repository }: Readonly<Record<string, unknown>>,
  names: readonly string[],
): UserError {
  const asked = [place, repository].filter((one) => one !== undefined).join(', ');
  const what =
    asked === ''
      ? 'the job names no repository, and there is not exactly one'
      : `"${asked}" is not allowed by the operator of this machine, or is not one place`;
  return new UserError(what, {
    code: 'place',
    hint: names.length === 0 ? DESCRIBE : `write "place" with one of: ${names.join(', ')}`,
  });
}

/** The token of a workflow's job is good for its own repository alone. */
export function tokenFor(
  { repository, tokenEnv }: GithubSite,
  env: Variables,
  jobToken: string | undefined,
): string {
  const token = env[tokenEnv];
  if (!token)
    throw new UserError(`there is no token for ${repository}: the variable ${tokenEnv} is empty`, {
      code: 'github',
      hint: `on GitHub: env: { ${tokenEnv}: \${{ secrets.${tokenEnv} }} } in the step, with "actions: write" for ${repository}`,
    });
  const isOwn = isSame(env['GITHUB_REPOSITORY'] ?? '', repository);
  if (isOwn || (tokenEnv !== 'GITHUB_TOKEN' && token !== jobToken)) return token;
  throw new UserError(`the token of this job (${tokenEnv}) can start no workflow of ${repository}`, {
    code: 'github',
    hint: `give it one of an app or a user, with "actions: write" for ${repository} alone`,
  });
}

interface BackendOptions {
  readonly env: Variables;
  readonly clock: ConnectContext['clock'];
  readonly token: string;
  readonly registry: Registry;
  readonly registryHost: string | undefined;
  readonly hide: (text: string) => string;
  readonly defaultsOption: string;
  readonly progress: (line: string) => void;
}

async function create(
  name: string,
  site: GithubSite,
  { env, token, ...options }: BackendOptions,
): Promise<Backend> {
  const [{ createGithubBackend }, { createGithubApi }, { createFetch }, { proxiesOf }] = await Promise.all([
    import('../../backends/github/backend.ts'),
    import('../../github/api.ts'),
    import('../../io/http/fetch.ts'),
    import('../../io/http/proxy.ts'),
  ]);
  const certificates = namedFile(env, 'SSL_CERT_FILE');
  const ca = certificates ? await readTextFile(certificates) : undefined;
  const { clock, progress } = options;
  const api = createGithubApi({
    // Without the signal of the user: who stops has to tell GitHub so.
    fetch: createFetch({ clock, userAgent: 'jobimg', proxies: proxiesOf(env), ca }),
    clock,
    url: site.api ?? (env['GITHUB_API_URL'] || 'https://api.github.com'),
    repository: site.repository,
    token,
    log: progress,
    denied: `give the token in ${site.tokenEnv} the right "actions: write" for ${site.repository}`,
  });
  return createGithubBackend({ name, site, api, ...options });
}

export const GITHUB_CONNECTION: BackendConnection = {
  connect,
  refuse,
  reconnect,
  isHere: async () => false,
  openTerminal: undefined,
};
