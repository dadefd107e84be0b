/** An engine that is reached by the system's own `ssh`, which may know more of the host by its configuration. */
export interface SshAddress {
  readonly user?: string | undefined;
  /** A name of `~/.ssh/config` as well as one of DNS. */
  readonly host: string;
  readonly port?: number | undefined;
  /** Where the engine listens over there; undefined: where the docker command there says. */
  readonly socket?: string | undefined;
}

/** ssh gives the parts to programs of its configuration, and the shell of the other side reads the last of them. */
const ADDRESS =
  /^ssh:\/\/(?:(?<user>\w[\w.@\\+-]*)@)?(?:(?<host>\w[\w.-]*)|\[(?<ip>[\da-f:.]+(?:%\w+)?)\])(?::(?<port>\d{1,5}))?(?<socket>(?:\/[\w.@+-]+)*)\/?$/i;

/** As the docker command reads it, `ssh://user@host:22/path/to/docker.sock`; undefined for anything else. */
export function parseSshAddress(text: string): SshAddress | undefined {
  const { user, host, ip, port, socket } = ADDRESS.exec(text)?.groups ?? {};
  const name = host ?? ip;
  if (name === undefined) return undefined;
  return {
    user,
    host: name,
    port: port === undefined ? undefined : Number(port),
    socket: socket || undefined,
  };
}

/**
 * Nobody is there to answer a question, a host whose key is not known is refused, and nothing of this machine is opened
 * to the other one. A network that is gone is noticed within a minute.
 */
const OPTIONS = [
  'BatchMode=yes',
  'StrictHostKeyChecking=yes',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'RemoteCommand=none',
  'LogLevel=ERROR',
  'ConnectTimeout=20',
  'ServerAliveInterval=15',
  'ServerAliveCountMax=4',
];

/** What connects our stdin and stdout with the engine over there, in the docker command since version 18.09. */
export function sshArguments(address: SshAddress): readonly string[] {
  const { socket } = address;
  const engine = socket === undefined ? [] : [`--host=unix://${socket}`];
  return remoteArguments(address, ['docker', ...engine, 'system', 'dial-stdio']);
}

/** What starts a program over there; the shell of the other side reads the words. */
export function remoteArguments(address: SshAddress, words: readonly string[]): readonly string[] {
  const options = OPTIONS.flatMap((option) => ['-o', option]);
  return ['-T', ...options, ...loginOptions(address), '--', address.host, ...words];
}

/** What a person types to log in there. */
export function loginCommand(address: SshAddress): string {
  return ['ssh', ...loginOptions(address), address.host].join(' ');
}

function loginOptions({ user, port }: SshAddress): readonly string[] {
  return [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)])];
}
