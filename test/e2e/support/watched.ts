import { type ChildProcess, spawn } from 'node:child_process';
import { DIST } from './jobimg.ts';

export interface WatchedCall {
  readonly cwd: string;
  /** All that the process sees. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Another build than `dist`. */
  readonly dist?: string | undefined;
  /** Who starts it; this process's own user when not given. */
  readonly user?: User | undefined;
}

/** Another user of the machine. */
export interface User {
  /** The program, with its first arguments, that becomes this user and then the command that follows. */
  readonly become: readonly [program: string, ...words: string[]];
  /** A copy of `dist` that this user may read. */
  readonly dist: string;
}

/** A process that a test looks at, and may end, while it goes on. */
export interface Watched {
  readonly pid: number;
  /** stdout and stderr, in the order they came. */
  said(): string;
  /** When both streams together have said it; an error when the process ended before. */
  says(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export function watch(
  file: string,
  args: readonly string[],
  { cwd, env, user, dist = DIST }: WatchedCall,
): Watched {
  const words = [process.execPath, `${user?.dist ?? dist}/${file}`, ...args];
  const [program = '', ...rest] = user === undefined ? words : [...user.become, ...words];
  const child = spawn(program, rest, {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  return {
    pid: child.pid ?? -1,
    said: () => text,
    says: (wanted) => saying(child, wanted, () => text),
    kill: (signal) => child.kill(signal),
    ended,
  };
}

function saying(child: ChildProcess, wanted: string | RegExp, said: () => string): Promise<void> {
  const isThere = (): boolean => (typeof wanted === 'string' ? said().includes(wanted) : wanted.test(said()));
  return new Promise((resolve, reject) => {
    const look = (): void => {
      if (isThere()) resolve();
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.on('close', () => {
      look();
      reject(new Error(`it ended without saying ${wanted}:\n${said()}`));
    });
    look();
  });
}
