import type * as z from 'zod';
import type { Clock } from '../../../io/clock.ts';
import { networkError } from '../../../io/http/network-error.ts';
import { CallError } from '../../../io/http/retry.ts';
import { readJson } from '../../../json.ts';
import { listOf, WatchEvent } from './answers.ts';
import type { Api } from './client.ts';
import { isStatus } from './errors.ts';
import { linesOf } from './lines.ts';

export interface NamedObject {
  readonly metadata: { readonly name: string };
}

export interface Watching<T extends NamedObject> {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly item: z.ZodType<T>;
  /** Names of objects that are there as far as somebody knows; asked before each list. */
  expected?(): readonly string[];
  /** Every object that is there, and each change of one. */
  seen(object: T): void;
  /** As it was last. */
  gone(name: string, last: T | undefined): void;
  /** The server answers, or does not. */
  contact(error?: CallError): void;
  readonly signal: AbortSignal;
}

/** Seconds after which the server ends a watch: a connection that died without a word is noticed soon after. */
const LENGTH = 60;
const NEWLINE = 10;
const LONGEST_PAUSE = 15_000;
/** Milliseconds: one that ends sooner is not begun again at once, or a server would be asked without an end. */
const SHORT = 1_000;

/**
 * Tells of some objects for as long as the signal lets it. A broken watch goes on where it was; where the server has
 * forgotten that, everything is listed anew. Throws what will not pass.
 */
export async function watch<T extends NamedObject>(
  watching: Watching<T>,
  api: Api,
  clock: Clock,
): Promise<void> {
  const known = new Map<string, T>();
  const place: Place = { version: undefined };
  let pause = 250;
  while (!watching.signal.aborted) {
    try {
      place.version ??= await list(watching, known, api);
      const before = clock.now();
      await follow(watching, known, place, api);
      if (clock.now() - before >= SHORT) {
        pause = 250;
        continue;
      }
      pause = await slept(pause, watching, clock);
    } catch (error) {
      if (watching.signal.aborted) return;
      const passing = passingError(error);
      watching.contact(passing);
      pause = await slept(pause, watching, clock);
    }
  }
}

/** How long the next pause is. */
async function slept<T extends NamedObject>(
  pause: number,
  { signal }: Watching<T>,
  clock: Clock,
): Promise<number> {
  await clock.sleep(pause * (0.5 + clock.random() / 2), signal).catch(() => undefined);
  return Math.min(2 * pause, LONGEST_PAUSE);
}

function passingError(error: unknown): CallError {
  const known = networkError(error, 'watch');
  if (known instanceof CallError && known.repeat !== undefined) return known;
  throw known;
}

async function list<T extends NamedObject>(
  watching: Watching<T>,
  known: Map<string, T>,
  api: Api,
): Promise<string> {
  const { path, query, item, contact, signal } = watching;
  const expected = new Set([...known.keys(), ...(watching.expected?.() ?? [])]);
  const { value } = await api.call({ method: 'GET', path, query, signal, once: true });
  const { items, metadata } = listOf(item).parse(value) as {
    readonly items: readonly T[];
    readonly metadata?: { readonly resourceVersion?: string | undefined } | undefined;
  };
  contact();
  const names = new Set(items.map((object) => object.metadata.name));
  for (const name of [...expected].filter((one) => !names.has(one)))
    forget(name, known.get(name), known, watching);
  for (const object of items) remember(object, known, watching);
  return metadata?.resourceVersion ?? '0';
}

function remember<T extends NamedObject>(object: T, known: Map<string, T>, { seen }: Watching<T>): void {
  known.set(object.metadata.name, object);
  seen(object);
}

function forget<T extends NamedObject>(
  name: string,
  last: T | undefined,
  known: Map<string, T>,
  { gone }: Watching<T>,
): void {
  known.delete(name);
  gone(name, last);
}

/** Where a watch goes on, also after one that broke; undefined: the server has forgotten it, and has to list anew. */
interface Place {
  version: string | undefined;
}

async function follow<T extends NamedObject>(
  watching: Watching<T>,
  known: Map<string, T>,
  place: Place,
  api: Api,
): Promise<void> {
  const { path, query, signal } = watching;
  const silence = AbortSignal.any([signal, AbortSignal.timeout((LENGTH + 15) * 1_000)]);
  const asked = { watch: true, allowWatchBookmarks: true, timeoutSeconds: LENGTH };
  const from = { resourceVersion: place.version };
  try {
    const body = await api.stream({
      method: 'GET',
      path,
      query: { ...query, ...asked, ...from },
      signal: silence,
    });
    watching.contact();
    for await (const line of linesOf(body as AsyncIterable<Buffer>)) {
      // Without its end it was cut off, and comes again from where the last whole one left off.
      if (line.at(-1) !== NEWLINE || place.version === undefined) return;
      place.version = take(line, place.version, known, watching);
    }
  } catch (error) {
    if (isStatus(error, 410)) place.version = undefined;
    else if (!silence.aborted || signal.aborted) throw error;
  }
}

/** The version after an event; undefined: the server has forgotten ours. */
function take<T extends NamedObject>(
  line: Buffer,
  version: string,
  known: Map<string, T>,
  watching: Watching<T>,
): string | undefined {
  const event = readJson(WatchEvent, line.toString('utf8'));
  if (event === undefined) throw unreadable(watching.path);
  const { type, object } = event;
  if (type === 'ERROR') return undefined;
  if (type !== 'BOOKMARK') {
    const { data: told } = watching.item.safeParse(object);
    if (told === undefined) throw unreadable(watching.path);
    if (type === 'DELETED') forget(told.metadata.name, told, known, watching);
    else remember(told, known, watching);
  }
  return object.metadata?.resourceVersion ?? version;
}

/** Something between here and the cluster may answer in its place, for a while. */
function unreadable(path: string): CallError {
  return new CallError(`watch ${path}: what was answered is no event of Kubernetes`, {
    code: 'kubernetes',
    hint: 'a proxy in between may have answered: check the server of the kubeconfig, HTTPS_PROXY and NO_PROXY',
    repeat: {},
  });
}
