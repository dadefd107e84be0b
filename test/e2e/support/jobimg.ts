import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The committed bundle, as a user starts it; the variable names another build of it. */
export const DIST =
  process.env['JOBIMG_TEST_DIST'] ?? fileURLToPath(new URL('../../../dist', import.meta.url));

export interface Call {
  /** On top of a small environment: a test says what it needs, nothing leaks in from the machine that tests. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Another Node than the one that runs the tests. */
  readonly node?: string;
  /** Octal, as a shell has it. */
  readonly umask?: string;
  /** For a test that ends it. */
  readonly signal?: AbortSignal;
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout of `--json`; an error where stdout is something else. */
  readonly json: Answer;
}

/** What the tests read of `--json`. */
export interface Answer {
  readonly jobs: readonly AnsweredJob[];
  readonly findings: readonly { readonly level: string; readonly code: string; readonly message: string }[];
}

export interface AnsweredJob {
  readonly name: string;
  readonly image: {
    readonly reference: string;
    readonly digest: string | null;
    readonly 'engine-id': string | null;
    readonly id: string | null;
    readonly tag: string;
    readonly result: string;
    readonly cache: string;
    readonly why: string;
  };
  readonly environment: { readonly reference: string; readonly tag: string; readonly result: string } | null;
  readonly runs: readonly {
    readonly id: string;
    readonly status: string;
    readonly reason: string;
    readonly 'exit-code': number | null;
    readonly detail: string | null;
    readonly metrics: Readonly<Record<string, unknown>>;
    readonly outputs: readonly string[];
    readonly 'outputs-folder': string | null;
  }[];
}

const INHERITED = [
  'PATH',
  'HOME',
  'SSL_CERT_FILE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'PIP_INDEX_URL',
  'PIP_CONFIG_FILE',
];

/** `jobimg …` as a user types it. */
export function jobimg(args: readonly string[], call: Call = {}): Promise<Ended> {
  return started(`${DIST}/cli.js`, args, call);
}

/** A file of `dist/`, say the action's entry, started as a process of its own. */
export function started(file: string, args: readonly string[], call: Call): Promise<Ended> {
  const words = [call.node ?? process.execPath, file, ...args];
  const [program = '', ...rest] =
    call.umask === undefined ? words : ['/bin/sh', '-c', `umask ${call.umask}; exec "$@"`, 'sh', ...words];
  const child = spawn(program, rest, {
    cwd: call.cwd,
    env: { ...inherited(), ...call.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(call.signal === undefined ? {} : { signal: call.signal, killSignal: 'SIGTERM' }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      if (error.name !== 'AbortError') reject(error);
    });
    child.on('close', (code) => resolve(ended(code ?? -1, stdout, stderr)));
  });
}

function ended(code: number, stdout: string, stderr: string): Ended {
  return {
    code,
    stdout,
    stderr,
    get json() {
      try {
        return JSON.parse(stdout) as Answer;
      } catch (cause) {
        throw new Error(`stdout is no JSON (exit code ${code}):\n${stdout}\n${stderr}`, { cause });
      }
    },
  };
}

/** Of this process alone: a run that a test kills is not to be found by another one's. */
const STATE = join(tmpdir(), `jobimg-state-${process.pid}`);

/** What every process of a user's has. */
export function inherited(): Record<string, string> {
  const named = [...INHERITED.map((name) => [name, process.env[name]] as const), ['XDG_STATE_HOME', STATE]];
  return Object.fromEntries(named.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The only job of an answer; where there is none, everything the process said. */
export function onlyJob({ code, stderr, json }: Ended): AnsweredJob {
  const [job, ...others] = json.jobs ?? [];
  if (job === undefined || others.length > 0) {
    throw new Error(
      `one job was expected (exit code ${code}):\n${JSON.stringify(json, undefined, 2)}\n${stderr}`,
    );
  }
  return job;
}
