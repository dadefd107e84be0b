import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errnoOf } from '../../../io/errno.ts';
import { makeFolder, replaceFile } from '../../../io/fs/own-files.ts';
import { readJson } from '../../../json.ts';
import { isDigest } from '../../../oci/digest.ts';
import type { Digest } from '../../../oci/types.ts';
import { KeptPlan } from '../../../run/kept-plan.ts';

/** What this machine knows of a run that it has handed to a place. */
const Known = z.object({
  place: z.string(),
  name: z.string(),
  hash: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)),
  plan: KeptPlan,
  /** The folder in the container that its outputs are relative to. */
  from: z.string().optional(),
  /** What the spec has said of the options of the place, without which nobody finds the run there. */
  options: z.record(z.string(), z.string()).optional(),
  repository: z.string().optional(),
  /** undefined: the answer of the place is not known, perhaps because nobody lived to hear it. */
  id: z.string().optional(),
  submitted: z.string(),
});
export type Known = z.infer<typeof Known>;

/** A program has no memory of ours: which name has which id stays in the state folder, one file for each run. */
export interface KnownRuns {
  /** Writes it down unless it is there; undefined: it is written. */
  claim(run: Known): Promise<Known | undefined>;
  save(run: Known): void;
  find(name: string): Promise<Known | undefined>;
  forget(name: string): Promise<void>;
  all(): Promise<readonly Known[]>;
}

export function createKnownRuns(folder: string): KnownRuns {
  const fileOf = (name: string): string => join(folder, `${name}.json`);

  async function find(name: string): Promise<Known | undefined> {
    return readJson(Known, await textOf(fileOf(name)));
  }

  return {
    async claim(run) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        await writeFile(fileOf(run.name), JSON.stringify(run), { flag: 'wx', mode: 0o600 });
        return undefined;
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
        return (await find(run.name)) ?? run;
      }
    },
    save(run) {
      makeFolder(folder);
      replaceFile(fileOf(run.name), JSON.stringify(run));
    },
    find,
    forget: (name) => rm(fileOf(name), { force: true }),
    async all() {
      const files = await readdir(folder).catch(noneYet);
      const found = await Promise.all(files.map((file) => textOf(join(folder, file))));
      return found.map((text) => readJson(Known, text)).filter((one) => one !== undefined);
    },
  };
}

function noneYet(error: unknown): readonly string[] {
  if (errnoOf(error) === 'ENOENT') return [];
  throw error;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}
