import type { GithubApi } from '../../github/api.ts';
import type { Clock } from '../../io/clock.ts';
import { namedFile } from '../../io/fs/folders.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { Host } from '../../tools/host.ts';
import type { PullRequests } from '../../tools/pull-requests/pull-requests.ts';

export interface GithubOptions {
  readonly env: Variables;
  readonly host: Pick<Host, 'cancelled' | 'info'>;
  readonly clock: Clock;
  /** undefined: GitHub is asked as a stranger. */
  readonly token: string | undefined;
}

/** undefined off GitHub. */
export async function connectPullRequests(options: GithubOptions): Promise<PullRequests | undefined> {
  const api = await connectGithub(options);
  if (api === undefined) return undefined;
  const { createPullRequests } = await import('../../github/pull-requests.ts');
  return createPullRequests(api);
}

export async function connectGithub({
  env,
  host,
  clock,
  token,
}: GithubOptions): Promise<GithubApi | undefined> {
  const repository = env['GITHUB_REPOSITORY'];
  if (!repository) return undefined;
  const [{ createGithubApi }, { createFetch }, { proxiesOf }] = await Promise.all([
    import('../../github/api.ts'),
    import('../../io/http/fetch.ts'),
    import('../../io/http/proxy.ts'),
  ]);
  const certificates = namedFile(env, 'SSL_CERT_FILE');
  const ca = certificates ? await readTextFile(certificates) : undefined;
  const signal = host.cancelled;
  return createGithubApi({
    fetch: createFetch({ clock, userAgent: 'jobimg', proxies: proxiesOf(env), ca, signal }),
    clock,
    url: env['GITHUB_API_URL'] || 'https://api.github.com',
    repository,
    token,
    log: (line) => host.info(line),
    signal,
  });
}
