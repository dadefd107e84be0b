import { randomBytes } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from '../../engine/registry/registry.ts';
import { type Descriptor, readBlob, readImage, readLayer, readTags } from './images/images.ts';

/** A value that stands nowhere else. */
export function canary(name: string): string {
  return `CANARY_${name}_${randomBytes(16).toString('hex')}`;
}

/** Which forms of which value stand in it. */
export type Search = (text: string | Buffer) => readonly string[];

export function searchFor(values: readonly string[]): Search {
  const needles = values.flatMap((value) => [
    ...new Set([...formsOf(value), ...value.split('\n').flatMap(formsOf)]),
  ]);
  return (text) => {
    const bytes = Buffer.from(text);
    return needles.filter((needle) => bytes.includes(needle));
  };
}

/** As it is, in the base64 of its three places and of that again, for URLs, in JSON, in hex. */
function formsOf(value: string): readonly string[] {
  if (value.length < 8) return [];
  const base64 = ['', 'x', 'xx'].map((before, place) => {
    const text = Buffer.from(before + value).toString('base64');
    return text.slice([0, 2, 3][place], -4);
  });
  return [
    value,
    ...base64,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    encodeURI(value),
    encodeURIComponent(value).replaceAll('%2F', '/'),
    JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1),
    ...['', 'x', 'xx'].map((before) => twice(before + value)),
    Buffer.from(value).toString('hex'),
    Buffer.from(value).toString('hex').toUpperCase(),
  ];
}

/** In base64 of base64, less what depends on what follows. */
function twice(text: string): string {
  const once = Buffer.from(text).toString('base64').slice(0, -4);
  return Buffer.from(once).toString('base64').slice(6, -4);
}

export interface SearchedImages {
  /** Every tag of the repository; a registry without the API of referrers has those as tags too. */
  readonly tags: readonly string[];
  /** Where something stands, with what it is. */
  readonly found: readonly Found[];
}

type Found = readonly [where: string, forms: readonly string[]];

/** What was found in a layer, by its digest. */
export type SearchedLayers = Map<string, readonly Found[]>;

/**
 * Everything of every image: manifest, config with labels and history, each layer packed and unpacked. A layer that
 * several images share, or that was searched before, is looked at once.
 */
export async function searchImages(
  registry: Registry,
  repository: string,
  search: Search,
  layers: SearchedLayers = new Map(),
): Promise<SearchedImages> {
  const tags = await readTags(registry, repository);
  const found: Found[] = [];
  for (const tag of tags) {
    const image = await readImage(registry, `${repository}:${tag}`);
    found.push(...looked(tag, JSON.stringify(image), search));
    for (const layer of image.manifest.layers) {
      const inside =
        layers.get(layer.digest) ?? (await searchLayer(registry, image.repository, layer, search));
      layers.set(layer.digest, inside);
      found.push(...inside.map(([where, forms]): Found => [`${tag} ${where}`, forms]));
    }
  }
  return { tags, found };
}

async function searchLayer(
  registry: Registry,
  repository: string,
  layer: Descriptor,
  search: Search,
): Promise<readonly Found[]> {
  const packed = looked(layer.digest, await readBlob(registry, repository, layer), search);
  const entries = await readLayer(registry, repository, layer);
  return [
    ...packed,
    ...entries.flatMap(({ path, content }) => [
      ...looked(path, path, search),
      ...looked(path, content, search),
    ]),
  ];
}

function looked(where: string, text: string | Buffer, search: Search): readonly Found[] {
  const forms = search(text);
  return forms.length === 0 ? [] : [[where, forms]];
}

export async function searchFolder(
  folder: string,
  search: Search,
): Promise<readonly (readonly [string, readonly string[]])[]> {
  const names = await readdir(folder, { recursive: true });
  const found: [string, readonly string[]][] = [];
  for (const path of names.map((name) => join(folder, name))) {
    if (!(await lstat(path)).isFile()) continue;
    const forms = search(await readFile(path));
    if (forms.length > 0) found.push([path, forms]);
  }
  return found;
}

/** Looks at the command line of every process, a hundred times a second. */
export function sampleCommandLines(): { stop(): ReadonlySet<string> } {
  const seen = new Set<string>();
  let isOver = false;
  const sample = async (): Promise<void> => {
    while (!isOver) {
      // One look after the other, each at all processes at once: one that lives shortly is not behind others in a queue.
      for (const line of await commandLines()) seen.add(line);
      await sleep(5);
    }
  };
  void sample();
  return {
    stop() {
      isOver = true;
      return seen;
    },
  };
}

async function commandLines(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process may end while it is looked at.
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line !== '').map((line) => line.replaceAll('\0', ' '));
}
