import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string | { readonly text: string; readonly mode: number }>>;

export interface Repository {
  readonly folder: string;
  write(files: Files): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RepositoryOptions {
  readonly files: Files;
  /** Where to make it, when the place matters; a folder that is not there yet. */
  readonly folder?: string;
}

/** A folder of a user's with these files, written in the order given. */
export async function repositoryWith({ files, folder }: RepositoryOptions): Promise<Repository> {
  const root = folder ?? (await mkdtemp(join(tmpdir(), 'jobimg-repository-')));
  await write(root, files);
  return {
    folder: root,
    write: (more) => write(root, more),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function write(root: string, files: Files): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, typeof file === 'string' ? file : file.text);
    if (typeof file !== 'string') await chmod(target, file.mode);
  }
}
