import posix from 'node:path/posix';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { RunPlan } from '../../../run/types/plan.ts';
import { type Docker, isStatus, settle } from '../engine/docker.ts';
import type { ContainerCommand } from './command.ts';
import { isRoot } from './container.ts';
import { volumeFolders } from './volumes.ts';

/** The system's own folders stay as the image has them, even when one is the work directory. */
const SYSTEM = /^\/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?$/;

interface PrepareOptions {
  /** Container ID. */
  readonly id: string;
  readonly workdir: string;
  readonly user: string | undefined;
  readonly command: ContainerCommand;
  /** Tars of the inputs. */
  readonly inputs: readonly (() => AsyncIterable<Uint8Array>)[];
  /** Files of the machine, by their absolute paths. */
  readonly files: ReadonlyMap<string, string>;
}

/** Puts what the run needs into the container that was made and not yet started: folders, command file, code. */
export async function prepare(run: RunPlan, container: PrepareOptions, docker: Docker): Promise<void> {
  const tar = preludeOf(run, container);
  if (tar !== undefined) await upload(container.id, tar, docker);
  for (const archive of container.inputs) await upload(container.id, archive(), docker);
  if (run.mount === undefined) return;
  if (docker.code === undefined)
    throw new Error(`run ${run.id} mounts its code, and nothing here can pack it`);
  await upload(container.id, docker.code(run.mount), docker);
}

function upload(id: string, tar: AsyncIterable<Uint8Array>, docker: Docker): Promise<void> {
  const query = { path: '/', noOverwriteDirNonDir: true };
  return settle(docker, { method: 'PUT', path: `/containers/${id}/archive`, query, upload: tar, timeout: 0 });
}

/** Folders that any user of the container may write to: the work directory and those of the outputs. */
function preludeOf(
  run: RunPlan,
  { workdir, user, command, files }: PrepareOptions,
): AsyncIterable<Uint8Array> | undefined {
  const folders = run.outputs.flatMap((output) => outputFolder(run.outputsFrom ?? workdir, output));
  folders.push(...volumeFolders(run, workdir));
  if (!isRoot(user) && !SYSTEM.test(workdir)) folders.unshift(workdir);
  if (folders.length === 0 && command.file === undefined && files.size === 0) return undefined;

  const tar = pack();
  const mtime = new Date(0);
  for (const folder of new Set(folders))
    tar.entry({ name: `${folder.slice(1)}/`, type: 'directory', mode: 0o777, mtime });
  if (command.file !== undefined) {
    tar.entry({ name: command.file.path.slice(1), mode: 0o444, mtime }, command.file.content);
  }
  for (const [path, content] of files) tar.entry({ name: path.slice(1), mode: 0o444, mtime }, content);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

/** A name with an ending is a file: its folder has to be there; anything else is taken for a folder. */
function outputFolder(workdir: string, output: string): readonly string[] {
  const path = posix.resolve(workdir, output);
  const folder = output.endsWith('/') || posix.extname(path) === '' ? path : posix.dirname(path);
  return folder === workdir || SYSTEM.test(folder) ? [] : [folder];
}

/** Whether the image has a bash: the engine looks into the container, nothing is started for it. */
export async function hasBash(id: string, env: readonly string[], docker: Docker): Promise<boolean> {
  const path = env.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  const folders = new Set([
    '/bin',
    '/usr/bin',
    '/usr/local/bin',
    ...path.split(':').filter((folder) => folder.startsWith('/')),
  ]);
  for (const folder of folders) {
    if (await exists(id, `${folder}/bash`, docker)) return true;
  }
  return false;
}

async function exists(id: string, path: string, docker: Docker): Promise<boolean> {
  try {
    await docker.engine.json({ method: 'HEAD', path: `/containers/${id}/archive`, query: { path } });
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
