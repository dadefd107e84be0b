import { UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { BuildSecret } from '../../jobspec/job/job.ts';
import type { Access } from '../../recipe/private-places.ts';
import { readKnownHosts } from './facts.ts';
import { type Login, netrcText, readLogin } from './login.ts';
import { secretValue } from './secret-sources.ts';

/** Texts that steps read to reach private packages, by what they are for. */
export interface AccessFiles {
  /** A netrc file: https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html */
  readonly index: string;
  /** What a credential helper answers: https://git-scm.com/docs/git-credential#IOFMT */
  readonly git: string;
  readonly knownHosts: string;
}

interface Caller {
  readonly env: Variables;
  readonly folder: string;
}

type Entry = readonly [name: keyof AccessFiles, text: string];

interface AccessContents {
  readonly files: readonly Entry[];
  /** Credentials in the texts. */
  readonly values: readonly string[];
}

/** What is missing of them is reported at once. */
export async function accessFiles(access: Access | undefined, caller: Caller): Promise<AccessContents> {
  if (access === undefined) return { files: [], values: [] };
  const { index, git, ssh } = access;
  const asked = [
    ...(index?.secret === undefined ? [] : [indexFile(index.url, index.secret, caller)]),
    ...(git === undefined ? [] : [gitFile(git.secret, caller)]),
    ...(ssh ? [knownHostsFile(caller)] : []),
  ];
  const answers = await Promise.allSettled(asked);
  const findings = new Findings();
  for (const answer of answers) {
    if (answer.status === 'fulfilled') continue;
    if (!(answer.reason instanceof UserError)) throw answer.reason;
    findings.add(answer.reason.findings);
  }
  findings.throwIfErrors();
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  return { files: found.flatMap(({ files }) => files), values: found.flatMap(({ values }) => values) };
}

/** Where a token alone is asked for, this is the user's name, by PyPI's own convention. */
const INDEX_USER = '__token__';
/** GitHub's name for it; elsewhere any name will do. */
const GIT_USER = 'x-access-token';

async function indexFile(url: string, secret: BuildSecret, caller: Caller): Promise<AccessContents> {
  const login = readLogin(await secretValue(secret, caller.env, caller.folder), secret.name, INDEX_USER);
  return {
    files: [['index', netrcText(new URL(url).hostname, login, secret.name)]],
    values: valuesOf(login),
  };
}

async function gitFile(secret: BuildSecret, caller: Caller): Promise<AccessContents> {
  const login = readLogin(await secretValue(secret, caller.env, caller.folder), secret.name, GIT_USER);
  const text = `username=${login.user}\npassword=${login.password}\n`;
  return { files: [['git', text]], values: valuesOf(login) };
}

/** The whole is looked for too, as it stands in a header in base64. */
function valuesOf({ user, password }: Login): readonly string[] {
  return [password, `${user}:${password}`];
}

async function knownHostsFile({ env }: Caller): Promise<AccessContents> {
  if (!env['SSH_AUTH_SOCK']) {
    throw new UserError('"image.ssh" forwards an SSH agent, and there is none', {
      code: 'no-ssh-agent',
      hint: 'start one: eval "$(ssh-agent)" && ssh-add; in a workflow put webfactory/ssh-agent before this step',
    });
  }
  const text = await readKnownHosts(env);
  if (text !== '') return { files: [['knownHosts', text]], values: [] };
  throw new UserError('"image.ssh" needs the keys of the servers, and this machine knows none', {
    code: 'no-known-hosts',
    hint: 'add the lines that your Git host publishes to ~/.ssh/known_hosts; keys that only the server itself presents are not trusted',
  });
}
