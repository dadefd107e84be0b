import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { errnoOf } from '../io/errno.ts';
import { namedFolder, stateFolder } from '../io/folders.ts';
import type { Digest } from '../oci/types.ts';
import type { Handle } from '../run/run.ts';

/** Runs that were started and are not known to be over, one file each, for the post step and for later starts. */
export interface Records {
  remember(handle: Handle): Promise<void>;
  forget(handle: Handle): Promise<void>;
  list(): Promise<readonly Handle[]>;
}

export function createRecords(folder: string): Records {
  return {
    async remember(handle) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeWhole(fileOf(folder, handle), JSON.stringify(handle));
    },
    async forget(handle) {
      await rm(fileOf(folder, handle), { force: true });
    },
    async list() {
      const names = (await namesIn(folder)).filter((name) => name.endsWith('.json')).sort();
      const handles = await Promise.all(names.map((name) => readHandle(join(folder, name))));
      return handles.filter((handle) => handle !== undefined);
    },
  };
}

/** Where records stand: of the job on a runner, of the user elsewhere. */
export function recordsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const runner = namedFolder(env, 'RUNNER_TEMP');
  if (runner !== undefined) return join(runner, 'jobimg', 'runs');
  return join(stateFolder(env), 'runs');
}

function fileOf(folder: string, { run }: Handle): string {
  if (!/^[a-z0-9-]{1,52}$/.test(run)) throw new Error(`"${run}" is no run id`);
  return join(folder, `${run}.json`);
}

/** Complete under its name or not there at all, also after a power cut. */
async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** undefined for a file that is torn or not ours: it names no run. */
async function readHandle(path: string): Promise<Handle | undefined> {
  try {
    return parseHandle(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const Texts = z.array(z.string());

const Left = z.object({
  folder: z.string(),
  secrets: Texts,
  outputs: Texts,
  outputsFrom: z.string().optional(),
  metrics: z.array(z.union([z.object({ path: z.string() }), z.object({ stdout: z.string() })])),
});

const Stored = z.object({
  backend: z.literal('docker'),
  run: z.string(),
  name: z.string(),
  hash: z.custom<Digest>((value) => typeof value === 'string'),
  native: z.record(z.string(), z.string()),
  // Of a handle that another release wrote, the rest still finds the run.
  left: Left.optional().catch(undefined),
});

/** A handle as it was written by `remember` or saved in the runner's state; undefined for anything else. */
export function parseHandle(value: unknown): Handle | undefined {
  return Stored.safeParse(value).data;
}
