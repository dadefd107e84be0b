import type * as z from 'zod';
import type { Clock } from '../../../io/clock.ts';
import type { CallError } from '../../../io/http/retry.ts';
import type { Api } from './client.ts';
import { type NamedObject, watch } from './watch.ts';

/** The objects that a watch tells of: those of a path that a selector chooses. */
export interface Watched<T extends NamedObject> {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly item: z.ZodType<T>;
}

/** Who wants to know of them; of those that are not his he is told as well. */
export interface Observer<T extends NamedObject> {
  /** Name of one that is there when he comes: a list that misses it says that it is gone. */
  readonly name?: string | undefined;
  /** Every object that is there, and each change of one. */
  seen(object: T): void;
  /** As it was last. */
  gone(name: string, last: T | undefined): void;
  /** The server answers, or does not. */
  contact(error?: CallError): void;
  /** Nothing more is told. */
  failed(error: unknown): void;
}

/** The watches of one process: whoever asks for the same objects shares a connection. */
export class Watches {
  readonly #api: Api;
  readonly #clock: Clock;
  /** By path and query, which say what the objects are. */
  readonly #shared = new Map<string, SharedWatch<NamedObject>>();

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Tells until what comes back is called. */
  observe<T extends NamedObject>(watched: Watched<T>, observer: Observer<T>): () => void {
    const key = `${watched.path}?${new URLSearchParams(watched.query)}`;
    const there = this.#shared.get(key) as SharedWatch<T> | undefined;
    const shared = there ?? new SharedWatch<T>();
    shared.join(observer);
    if (there === undefined) this.#start(key, watched, shared);
    return () => {
      if (shared.leave(observer)) this.#forget(key, shared);
    };
  }

  #start<T extends NamedObject>(key: string, watched: Watched<T>, shared: SharedWatch<T>): void {
    this.#shared.set(key, shared as unknown as SharedWatch<NamedObject>);
    watch({ ...watched, ...shared.told }, this.#api, this.#clock).catch((error: unknown) => {
      this.#forget(key, shared);
      shared.fail(error);
    });
  }

  /** Another one may have taken its place. */
  #forget<T extends NamedObject>(key: string, shared: SharedWatch<T>): void {
    if (this.#shared.get(key) === (shared as unknown)) this.#shared.delete(key);
  }
}

/** One watch, and all who share it; whoever joins later is told first what the others know. */
class SharedWatch<T extends NamedObject> {
  readonly #observers = new Set<Observer<T>>();
  readonly #known = new Map<string, T>();
  readonly #closing = new AbortController();
  /** undefined: nothing was asked yet. */
  #contact: { readonly error: CallError | undefined } | undefined;

  readonly told = {
    signal: this.#closing.signal,
    expected: () => [...this.#observers].flatMap(({ name }) => name ?? []),
    seen: (object: T): void => {
      this.#known.set(object.metadata.name, object);
      for (const observer of this.#observers) observer.seen(object);
    },
    gone: (name: string, last: T | undefined): void => {
      this.#known.delete(name);
      for (const observer of this.#observers) observer.gone(name, last);
    },
    contact: (error?: CallError): void => {
      this.#contact = { error };
      for (const observer of this.#observers) observer.contact(error);
    },
  };

  join(observer: Observer<T>): void {
    this.#observers.add(observer);
    for (const object of this.#known.values()) observer.seen(object);
    if (this.#contact !== undefined) observer.contact(this.#contact.error);
  }

  /** Whether nobody is left, and the watch has ended. */
  leave(observer: Observer<T>): boolean {
    this.#observers.delete(observer);
    if (this.#observers.size > 0) return false;
    this.#closing.abort();
    return true;
  }

  fail(error: unknown): void {
    for (const observer of this.#observers) observer.failed(error);
  }
}
