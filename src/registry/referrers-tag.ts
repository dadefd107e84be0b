import { UserError } from '../errors.ts';
import { CallError } from '../io/http/retry.ts';
import { printReference } from '../oci/reference.ts';
import { referrersIndex, referrersTag } from '../oci/referrer.ts';
import { type Descriptor, type Digest, type Image, MEDIA_TYPE, type Reference } from '../oci/types.ts';
import type { Connection } from './connection.ts';
import { getDocument } from './manifests.ts';
import { missesPart } from './tag.ts';

/** Milliseconds without a change after which no writer is left that has read the index before ours. */
const LEAST_QUIET = 1_500;
/** As often as that a writer may be slower than the slowest of our own writes. */
const SLOWER = 10;
/** Milliseconds after which what was read is read again before it is written over. */
const FRESH = 500;
const FIRST_WAIT = 50;
const LONGEST_WAIT = 500;
const PATIENCE = 5 * 60_000;

/**
 * The indexes that list artifacts where a registry does not do it itself. A registry writes no tag "only when nobody
 * else has": of two who write at once, the one loses what the other has added. So everybody who adds stays until the
 * index had what it has seen for longer than a write takes, and puts back what is missing meanwhile, also of others.
 */
export class ReferrersTags {
  readonly #connection: Connection;
  readonly #writers = new Map<string, Writer>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Who adds to the same index meanwhile waits for the same end. */
  add({ registry, path, digest }: Image, artifact: Descriptor): Promise<void> {
    const tag: Reference = { registry, path, tag: referrersTag(digest) };
    const name = printReference(tag);
    const writer = this.#writers.get(name) ?? new Writer(this.#connection, tag);
    this.#writers.set(name, writer);
    return writer.add(artifact, () => {
      if (this.#writers.get(name) === writer) this.#writers.delete(name);
    });
  }
}

class Writer {
  readonly #connection: Connection;
  readonly #tag: Reference;
  readonly #own = new Map<Digest, Descriptor>();
  /** Of others, as they were seen. */
  readonly #others = new Map<Digest, Descriptor>();
  #work: Promise<void> | undefined;
  #slowest = 0;

  constructor(connection: Connection, tag: Reference) {
    this.#connection = connection;
    this.#tag = tag;
  }

  /** `ended` is called at the moment from which on nothing more is taken. */
  add(artifact: Descriptor, ended: () => void): Promise<void> {
    this.#own.set(artifact.digest, artifact);
    this.#work ??= this.#write(ended).finally(ended);
    return this.#work;
  }

  async #write(ended: () => void): Promise<void> {
    const { clock } = this.#connection;
    const end = clock.now() + PATIENCE;
    let quietSince = clock.now();
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const isWhole = await this.#complete();
      if (isWhole && clock.now() - quietSince >= this.#quiet) return ended();
      if (clock.now() > end) throw this.#neverQuiet();
      if (!isWhole) [quietSince, wait] = [clock.now(), FIRST_WAIT];
      // At random, so that those who met once do not meet again.
      await clock.sleep(wait * (0.5 + clock.random()));
    }
  }

  /** Whether nothing was missing; what is missing is added. */
  async #complete(): Promise<boolean> {
    const { clock } = this.#connection;
    const asked = clock.now();
    const there = await this.#read();
    if (this.#missing(there).length === 0) return true;
    if (clock.now() - asked <= FRESH) await this.#put(there, asked);
    return false;
  }

  get #quiet(): number {
    return Math.max(LEAST_QUIET, SLOWER * this.#slowest);
  }

  async #read(): Promise<readonly Descriptor[]> {
    const document = await getDocument(this.#connection, this.#tag);
    if (document !== undefined && document.kind !== 'index') throw this.#taken();
    const there = document?.content.manifests ?? [];
    for (const one of there) if (!this.#own.has(one.digest)) this.#others.set(one.digest, one);
    return there;
  }

  #missing(there: readonly Descriptor[]): readonly Descriptor[] {
    const digests = new Set(there.map(({ digest }) => digest));
    return [...this.#own.values(), ...this.#others.values()].filter(({ digest }) => !digests.has(digest));
  }

  async #put(there: readonly Descriptor[], asked: number): Promise<void> {
    const { registry, path, tag = '' } = this.#tag;
    const bytes = referrersIndex([...there, ...this.#missing(there)]);
    async function* open(): AsyncIterable<Uint8Array> {
      yield bytes;
    }
    try {
      await this.#connection.once({
        method: 'PUT',
        repository: { registry, path },
        subject: `manifest ${path}:${tag}`,
        to: `manifests/${tag}`,
        actions: 'pull,push',
        headers: { 'content-type': MEDIA_TYPE.index },
        body: { size: bytes.length, open },
        expect: [200, 201, 202],
      });
    } catch (error) {
      this.#forgive(error);
    }
    this.#slowest = Math.max(this.#slowest, this.#connection.clock.now() - asked);
  }

  /** What another one has removed meanwhile is not put back; a failure that may pass is met by the next turn. */
  #forgive(error: unknown): void {
    if (missesPart(error) && this.#others.size > 0) this.#others.clear();
    else if (!(error instanceof CallError) || error.repeat === undefined) throw error;
  }

  #taken(): UserError {
    return new UserError(`the tag ${printReference(this.#tag)} is an image and no list of artifacts`, {
      code: 'referrers-tag',
      hint: 'remove that tag: it is where the specification of registries lists what is about an image',
    });
  }

  #neverQuiet(): CallError {
    return new CallError(`the list ${printReference(this.#tag)} did not keep what was added to it`, {
      code: 'referrers-tag',
      hint: 'many others write to it: try again',
    });
  }
}
