import { access, chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { DIST } from './jobimg.ts';

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

/** A folder for PATH that has `jobimg`, as it is after `npm install --global`. */
export async function jobimgProgram(): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-programs-'));
  const program = join(folder, 'jobimg');
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${DIST}/cli.js" "$@"\n`);
  await chmod(program, 0o755);
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
