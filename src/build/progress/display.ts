import type { Cleaner } from '../../log/log.ts';
import { lackIn, type MissingDependency } from '../../run/missing/dependency.ts';
import { withoutOldVersions } from './old-versions.ts';
import type { ProgressEvent } from './progress.ts';
import type { VertexTitle } from './step-titles.ts';

/** Where the progress of a build is shown. */
export interface BuildLog {
  /** A line of ours. */
  info(line: string): void;
  /** Lines of somebody else, already cleaned. */
  lines(texts: readonly string[]): void;
}

/** What of a build is kept to explain its failure; all foreign text in it is cleaned. */
export interface BuildRecord {
  /** The vertex that failed first, with the last lines it wrote. */
  readonly failed?: FailedVertex | undefined;
  /** What buildx said outside the build, its own error among it. */
  readonly text: readonly string[];
  /** Whether a step of the user has begun. */
  readonly stepStarted: boolean;
}

export interface FailedVertex {
  readonly title: VertexTitle | undefined;
  readonly error: string;
  readonly lines: readonly string[];
  /** What its lines, also those before the last ones, say that the image does not have. */
  readonly lacks?: readonly MissingDependency[] | undefined;
}

interface DisplayOptions {
  readonly titleOf: (name: string) => VertexTitle | undefined;
  readonly cleaner: () => Cleaner;
  readonly log: BuildLog;
}

interface ShownVertex {
  readonly title: VertexTitle | undefined;
  readonly cleaner: Cleaner;
  readonly last: string[];
  readonly lacks: MissingDependency[];
  /** Tenths of the transfer that were told. */
  told: number;
}

type Event<Type extends ProgressEvent['type']> = Extract<ProgressEvent, { readonly type: Type }>;

const LAST_LINES = 20;
const TEXT_LINES = 200;
const MAX_LACKS = 5;
/** Smaller transfers are over before anyone reads about them. */
const LARGE_TRANSFER = 50_000_000;

/** Progress for a person: a line when a step begins, its own output below it, a line when it is over. */
export class Display {
  readonly #options: DisplayOptions;
  readonly #vertices = new Map<string, ShownVertex>();
  readonly #text: string[] = [];
  #failed: FailedVertex | undefined;
  #stepStarted = false;

  constructor(options: DisplayOptions) {
    this.#options = options;
  }

  show(event: ProgressEvent): void {
    if (event.type === 'text') this.#addText(event.line);
    else if (event.type === 'started') this.#start(event);
    else this.#update(event);
  }

  record(): BuildRecord {
    return { failed: this.#failed, text: this.#text, stepStarted: this.#stepStarted };
  }

  #addText(line: string): void {
    this.#text.push(this.#clean(line));
    if (this.#text.length > TEXT_LINES) this.#text.shift();
  }

  #start({ vertex, name, over }: Event<'started'>): void {
    const title = this.#options.titleOf(this.#clean(name));
    this.#vertices.set(vertex, { title, cleaner: this.#options.cleaner(), last: [], lacks: [], told: 0 });
    if (over || title === undefined) return;
    if (title.runs) this.#stepStarted = true;
    if (!title.quiet) this.#options.log.lines([`=> ${title.title}`]);
  }

  #update(event: Exclude<ProgressEvent, Event<'text'> | Event<'started'>>): void {
    const vertex = this.#vertices.get(event.vertex);
    if (vertex === undefined) return;
    if (event.type === 'log') this.#output(vertex, vertex.cleaner.push(event.bytes));
    if (event.type === 'transfer') this.#transfer(vertex, event);
    if (event.type === 'done') this.#done(vertex, event);
    if (event.type === 'failed') this.#fail(vertex, event);
  }

  #output({ title, last, lacks }: ShownVertex, said: readonly string[]): void {
    const lines = said.map(withoutOldVersions);
    if (title !== undefined) this.#options.log.lines(lines.map((line) => `  ${line}`));
    for (const line of lines) {
      last.push(line);
      if (last.length > LAST_LINES) last.shift();
      const lack = lacks.length < MAX_LACKS ? lackIn(line) : undefined;
      if (lack !== undefined) lacks.push(lack);
    }
  }

  #transfer(vertex: ShownVertex, { current, total }: Event<'transfer'>): void {
    const tenths = Math.floor((10 * current) / total);
    if (vertex.title === undefined || total < LARGE_TRANSFER || tenths <= vertex.told) return;
    vertex.told = tenths;
    this.#options.log.lines([`   ${vertex.title.title}: ${megabytes(current)} of ${megabytes(total)} MB`]);
  }

  #done(vertex: ShownVertex, { cached, seconds }: Event<'done'>): void {
    this.#output(vertex, vertex.cleaner.end());
    if (vertex.title === undefined || (vertex.title.quiet && seconds < 1)) return;
    this.#options.log.lines([
      `=> ${vertex.title.title}: ${cached ? 'cached' : `done in ${seconds.toFixed(1)} s`}`,
    ]);
  }

  #fail(vertex: ShownVertex, { error }: Event<'failed'>): void {
    this.#output(vertex, vertex.cleaner.end());
    // Vertices that were stopped because another one failed say so; the first real failure is the one to tell.
    if (this.#failed !== undefined || /context canceled$/i.test(error)) return;
    this.#failed = {
      title: vertex.title,
      error: this.#clean(error),
      lines: [...vertex.last],
      lacks: vertex.lacks,
    };
  }

  /** One line of foreign text; it may come with ends of lines of its own. */
  #clean(text: string): string {
    const cleaner = this.#options.cleaner();
    return [...cleaner.push(Buffer.from(text)), ...cleaner.end()].join(' ');
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
