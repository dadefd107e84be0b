import { Readable } from 'node:stream';
import { UserError } from '../../errors.ts';
import { NoAnswer } from '../../io/polled/passing.ts';
import { bytesOf, findTool, once, textOf, type Variables } from '../../io/process/exec.ts';
import { startProcess } from '../../io/process/process.ts';
import { remoteArguments, type SshAddress } from '../../io/ssh/address.ts';
import { sshEnvironment } from '../../io/ssh/agent.ts';
import { loginFailure } from '../../io/ssh/failure.ts';
import { shellWord } from '../../recipe/shell.ts';

/** Where commands of the cluster run: this machine, or one that is reached by the system's own ssh. */
export interface Shell {
  /** As a handle has it, and a person reads it: `local`, or an address. */
  readonly where: string;
  /** What the script printed; it gets no input, and what it says of a failure is thrown. */
  run(script: string, signal?: AbortSignal): Promise<Buffer>;
  /** The same with bytes for the script to read from its input. */
  send(script: string, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Buffer>;
  /** What it prints as a stream; a failure destroys it. */
  open(script: string): Promise<Readable>;
}

/** Variables that programs of this machine need which run for us. */
const KEPT = ['HOME', 'USER', 'LOGNAME', 'LANG', 'PATH', 'SLURM_CONF', 'LD_LIBRARY_PATH', 'XDG_RUNTIME_DIR'];
/** Characters of what is said in a failure. */
const MOST_SAID = 600;
/** As ssh ends when the connection, and not the command, has failed. */
const SSH_FAILED = 255;

/** A shell that reads its script from stdin. */
const FROM_STDIN = ['-s'];

/** Scripts go by stdin: nothing of them stands in a list of processes, and no shell reads our words twice. */
export function createShell(address: SshAddress | undefined, env: Variables): Shell {
  const where = address === undefined ? 'local' : printAddress(address);

  async function start(words: readonly string[], stdin: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    if (address === undefined)
      return startProcess('/bin/sh', words, { env: kept(env), cwd: '/', stdin, signal });
    const ssh = await findTool('ssh', env['PATH']);
    return startProcess(ssh, remoteArguments(address, ['/bin/sh', ...words.map(shellWord)]), {
      env: { ...sshEnvironment(env) },
      cwd: '/',
      stdin,
      signal,
    });
  }

  async function printed(
    words: readonly string[],
    stdin: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    const child = await start(words, stdin, signal);
    const [chunks, said] = await Promise.all([bytesOf(child.stdout), textOf(child.stderr)]);
    const { code } = await child.ended();
    signal?.throwIfAborted();
    if (code !== 0) throw failureOf(code, said);
    return chunks;
  }

  function failureOf(code: number | undefined, said: string): Error {
    const text = said.trim().slice(-MOST_SAID);
    if (address === undefined || code !== SSH_FAILED) return new ScriptError(text || `it ended with ${code}`);
    const login = loginFailure(address, said);
    if (login !== undefined)
      return new UserError(login.message, { kind: 'unavailable', code: 'slurm', hint: login.hint });
    return new NoAnswer(`ssh: ${text || 'the connection was lost'}`);
  }

  return {
    where,
    run: (script, signal) => printed(FROM_STDIN, once(Buffer.from(whole(script))), signal),
    send(script, bytes, signal) {
      const text = Buffer.from(`{\n${script}\n}\n`);
      return printed(['-c', readerOf(text.length)], together(text, bytes), signal);
    },
    async open(script) {
      const child = await start(FROM_STDIN, once(Buffer.from(whole(script))));
      const said = textOf(child.stderr);
      return Readable.from(
        (async function* () {
          yield* child.stdout;
          const { code } = await child.ended();
          if (code !== 0) throw failureOf(code, await said);
        })(),
        { objectMode: false },
      );
    },
  };
}

/** A script of ours came to nothing over there, and why. */
export class ScriptError extends UserError {
  constructor(said: string) {
    super(`the cluster's machine says: ${said}`, { kind: 'unavailable', code: 'slurm' });
  }
}

/** Reads a script of that length and no byte more: what follows is for the script. */
function readerOf(length: number): string {
  return `eval "$(dd bs=1 count=${length} 2>/dev/null)"`;
}

async function* together(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/** The shell has read all of it before it starts anything that might read on. */
function whole(script: string): string {
  return `{\n${script}\nexit 0\n} </dev/null\n`;
}

function kept(env: Variables): Readonly<Record<string, string>> {
  const found = KEPT.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

function printAddress({ host, port, user }: SshAddress): string {
  return `ssh://${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;
}
