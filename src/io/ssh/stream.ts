import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Milliseconds: a master that ssh left behind for later connections may hold its stderr open. */
const LAST_WORDS = 200;
/** Milliseconds: the longer nobody uses it, the likelier its network is gone. */
const LONGEST_IDLE = 10_000;
/** Characters of its stderr that are kept, from the end. */
const MOST_SAID = 4_000;

/** Explains an early end by the exit code of the process and by what it wrote to stderr. */
type Explain = (code: number | null, said: string) => Error;

/**
 * The stdin and stdout of a process as one connection, which ends with the process. The process ends because its streams
 * do, and gets no signal: other connections may be led through it, as `ControlMaster` says.
 */
export class ProcessStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #explain: Explain;
  #said = '';
  #hasAnswered = false;
  #idle: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(child: ChildProcessWithoutNullStreams, explain: Explain) {
    super();
    this.#child = child;
    this.#explain = explain;
    child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-MOST_SAID);
    });
    // Its end tells why nothing can be written any more.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.destroy(error));
    child.on('close', (code) => this.#end(code));
    child.on('exit', (code) => {
      const end = (): void => void setTimeout(() => this.#end(code), LAST_WORDS);
      if (child.stdout.readableEnded) end();
      else child.stdout.once('end', end);
    });
  }

  /** Nobody waits for it: it keeps no process of ours alive, and is soon ended. */
  unref(): void {
    this.#idle = setTimeout(() => this.destroy(), LONGEST_IDLE).unref();
    for (const part of this.#parts()) part.unref();
  }

  ref(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    for (const part of this.#parts()) part.ref();
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#isOver = true;
    clearTimeout(this.#idle);
    for (const part of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) part.destroy();
    this.#child.unref();
    done(error);
  }

  #take(chunk: Buffer): void {
    this.#hasAnswered = true;
    if (!this.push(chunk)) this.#child.stdout.pause();
  }

  #end(code: number | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#idle !== undefined) this.destroy();
    else if (code === 0 && this.#hasAnswered) this.push(null);
    else this.destroy(this.#explain(code, this.#said));
  }

  #parts(): readonly { ref(): unknown; unref(): unknown }[] {
    const { stdin, stdout, stderr } = this.#child;
    return [this.#child, ...([stdin, stdout, stderr] as unknown as readonly Socket[])];
  }
}
