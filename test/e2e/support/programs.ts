import { access, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface Programs {
  /** A value for PATH. */
  readonly path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A PATH with these programs of the machine and no other: what is not in it cannot have been started. */
export async function onlyPrograms(...names: readonly string[]): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-path-'));
  for (const name of names) await symlink(await find(name), join(folder, name));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function find(name: string): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, name);
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  throw new Error(`${name} is not on this machine`);
}
