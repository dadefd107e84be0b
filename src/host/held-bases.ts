import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { errnoOf } from '../io/errno.ts';
import { writeWhole } from '../io/fs/whole-file.ts';
import { isDigest } from '../oci/digest.ts';
import type { Digest } from '../oci/types.ts';
import type { Bases } from '../plan/bases.ts';
import type { HeldBases } from '../tools/held-bases.ts';

const DigestText = z.custom<Digest>((value) => isDigest(value as string));
const File = z.record(z.string(), z.record(z.string(), DigestText));

/** More are forgotten, the oldest first. */
const MOST_HELD = 500;

/** In a file of the user's own; one that cannot be read or written is as if there were none. */
export function createHeldBases(path: string): HeldBases {
  const read = async (): Promise<Bases> => {
    const parsed = File.safeParse(parsedJson(await unlessRefused(() => readFile(path, 'utf8'))));
    return new Map(
      Object.entries(parsed.data ?? {}).map(([name, digests]) => [name, new Map(Object.entries(digests))]),
    );
  };
  return {
    read,
    async keep(bases) {
      const before = await read();
      const kept = new Map(before);
      for (const [name, digests] of bases) {
        kept.delete(name);
        kept.set(name, new Map([...(before.get(name) ?? []), ...digests]));
      }
      const text = printed([...kept].slice(-MOST_HELD));
      if (text === printed([...before])) return;
      await unlessRefused(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeWhole(path, text);
      });
    },
  };
}

function printed(entries: readonly (readonly [string, ReadonlyMap<string, Digest>])[]): string {
  return `${JSON.stringify(Object.fromEntries(entries.map(([name, digests]) => [name, Object.fromEntries(digests)])))}\n`;
}

function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** A home that is read-only or full has no memory. */
async function unlessRefused<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
