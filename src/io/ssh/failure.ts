import { loginCommand, type SshAddress } from './address.ts';

/** How a connection by ssh came to nothing, or to an early end. */
export class SshFailure extends Error {
  override readonly name = 'SshFailure';
  readonly hint: string;
  /** Whether the server has more logins at once than it takes: nobody was logged in. */
  readonly isBusy: boolean;

  constructor(message: string, hint: string, isBusy = false) {
    super(message);
    this.hint = hint;
    this.isBusy = isBusy;
  }
}

interface Explanation {
  readonly seen: RegExp;
  message(host: string): string;
  hint(login: string): string;
}

/** What ssh says of a login that was not made, the surest first. */
const LOGIN: readonly Explanation[] = [
  {
    seen: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    message: (host) =>
      `"${host}" has another host key than the one that is known here, and nothing is sent to it`,
    hint: (login) =>
      `ask whoever runs it whether its key was changed; if so, remove the old one with "ssh-keygen -R", and type "${login}" once`,
  },
  {
    seen: /Host key verification failed|host key is known for/,
    message: (host) => `the host key of "${host}" is not known here, and nothing is sent to it`,
    hint: (login) =>
      `type "${login}" once as this user, and compare the key that it shows with the one of that machine; or write the key to ~/.ssh/known_hosts`,
  },
  {
    seen: /Permission denied \([a-z,-]+\)|Too many authentication failures/,
    message: (host) => `"${host}" lets nobody in with the keys that are here`,
    hint: (login) =>
      `add the right key to the agent with ssh-add, or name it in ~/.ssh/config; "${login}" has to work without a question`,
  },
];

/** What the shell over there and the docker command there say as well. */
const EXPLANATIONS: readonly Explanation[] = [
  ...LOGIN,
  {
    seen: /docker: (?:command )?not found|docker: No such file|command not found: docker|Unknown command: docker/,
    message: (host) => `"${host}" has no docker command for who logs in by ssh`,
    hint: (login) => `install the docker command there; "${login} docker version" has to work`,
  },
  {
    seen: /permission denied while trying to connect to the docker/i,
    message: (host) => `the user on "${host}" may not talk to its Docker engine`,
    hint: () => 'add the user there to the group "docker"',
  },
  {
    seen: /Cannot connect to the Docker daemon|failed to open the raw stream connection|no such file or directory/i,
    message: (host) => `no Docker engine answers on "${host}"`,
    hint: (login) => `start Docker there; "${login} docker version" has to work`,
  },
];

/** Longest part of what ssh said that is shown. */
const MOST = 300;

/** Why the process ended, from its exit code and what it wrote to stderr. */
export function sshFailure(address: SshAddress, code: number | null, said: string): SshFailure {
  const login = loginCommand(address);
  const known = EXPLANATIONS.find(({ seen }) => seen.test(said));
  if (known !== undefined) return new SshFailure(known.message(address.host), known.hint(login));
  const last =
    said
      .trim()
      .split('\n')
      .at(-1)
      ?.trim()
      .replace(/^ssh: /, '') ?? '';
  const message = last === '' ? silentEnd(code) : `ssh: ${last.slice(0, MOST)}`;
  return new SshFailure(message, `"${login} docker version" has to work`, BUSY.test(said));
}

/** Why nobody was logged in, and why that will stay so; undefined: it may be otherwise the next time. */
export function loginFailure(address: SshAddress, said: string): SshFailure | undefined {
  const known = LOGIN.find(({ seen }) => seen.test(said));
  return known && new SshFailure(known.message(address.host), known.hint(loginCommand(address)));
}

function silentEnd(code: number | null): string {
  return code === null ? 'ssh was ended by a signal' : `ssh ended with ${code}, and said nothing`;
}

/** Of `MaxStartups` in sshd_config: it hangs up before it says who it is. */
const BUSY = /^kex_exchange_identification: (?:read: Connection reset|Connection closed by)/m;
