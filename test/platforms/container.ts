// A job of a platform of the tests: a container on the engine of the tests, and what it said.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, which } from '../engine/machine/command.ts';

export interface Asked {
  readonly image: string;
  /** Its entrypoint, and the words for it. */
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  /** Folders that are there when it starts. */
  readonly folders?: readonly string[];
}

export interface Said {
  readonly stream: 'stdout' | 'stderr';
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly bytes: Buffer;
}

export interface Container {
  readonly asked: Asked;
  readonly said: readonly Said[];
  /** When it has ended; 125 and more of Docker's own: it was not started. */
  readonly code: number | undefined;
  readonly started: number;
  readonly ended: number | undefined;
  readonly isStopping: boolean;
  /** SIGTERM, and SIGKILL after the grace. */
  stop(seconds: number): Promise<void>;
  /** Puts what is at a path of it, which may be gone, into a new folder, whose path is returned. */
  copy(path: string): Promise<string>;
  remove(): Promise<void>;
}

export type Engine = Readonly<Record<string, string>>;

let count = 0;

/** `engine`: the environment of a `docker`. */
export async function startContainer(asked: Asked, engine: Engine): Promise<Container> {
  const env = { ...process.env, ...engine };
  const docker = which('docker', env['PATH']) ?? 'docker';
  const name = `jobimg-platform-${process.pid}-${count++}`;
  const said: Said[] = [];
  const state = {
    code: undefined as number | undefined,
    ended: undefined as number | undefined,
    isStopping: false,
  };
  const child = spawn(docker, runWords(name, asked), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  hear(child, said);
  child.on('close', (code) => {
    state.code = code ?? 137;
    state.ended = Date.now();
  });
  const copies: string[] = [];
  return {
    asked,
    said,
    started: Date.now(),
    get code() {
      return state.code;
    },
    get ended() {
      return state.ended;
    },
    get isStopping() {
      return state.isStopping;
    },
    async stop(seconds) {
      state.isStopping = true;
      if (state.code !== undefined) return;
      await command(docker, ['stop', '--time', String(seconds), name], { env, allowFailure: true });
    },
    async copy(path) {
      const folder = await mkdtemp(join(tmpdir(), 'jobimg-platform-'));
      copies.push(folder);
      await command(docker, ['cp', `${name}:${path}`, folder], { env, allowFailure: true });
      return join(folder, path.split('/').at(-1) ?? '');
    },
    async remove() {
      await command(docker, ['rm', '--force', '--volumes', name], { env, allowFailure: true });
      for (const folder of copies) await rm(folder, { recursive: true, force: true });
    },
  };
}

function runWords(name: string, { env = {}, folders = [], image, words, workdir }: Asked): readonly string[] {
  const [entrypoint = '', ...rest] = words;
  return [
    // Their folders belong to root.
    ...['run', '--name', name, '--user', '0:0', '--entrypoint', entrypoint],
    // Without bytes of its own: they cannot be written on some machines of tests.
    ...folders.flatMap((folder) => ['--volume', folder]),
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...(workdir === undefined ? [] : ['--workdir', workdir]),
    image,
    ...rest,
  ];
}

function hear(child: ChildProcess, said: Said[]): void {
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream]?.on('data', (bytes: Buffer) => void said.push({ stream, time: Date.now(), bytes }));
  child.on('error', (error) => process.stderr.write(`a job of a platform: ${error.message}\n`));
}

/** The lines of a stream, each with when it began; the last one may be going on. */
export function linesOf(said: readonly Said[], streams: readonly Said['stream'][]): readonly Line[] {
  const lines: Line[] = [];
  const open = new Map<Said['stream'], { time: number; text: string }>();
  for (const { bytes, stream, time } of said) {
    if (!streams.includes(stream)) continue;
    const [first = '', ...more] = bytes.toString('latin1').split('\n');
    let line = open.get(stream) ?? { time, text: '' };
    line.text += first;
    for (const text of more) {
      lines.push({ ...line, stream });
      line = { time, text };
    }
    open.set(stream, line);
  }
  for (const [stream, line] of open) if (line.text !== '') lines.push({ ...line, stream });
  return lines.map((line) => ({ ...line, text: Buffer.from(line.text, 'latin1').toString() }));
}

export interface Line {
  readonly stream: Said['stream'];
  readonly time: number;
  readonly text: string;
}

/** Regular files below a folder, by their paths in it; none when it is not there. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
