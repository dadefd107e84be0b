import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopDocker } from '../../engine/docker/docker.ts';
import { engineFiles } from '../../engine/docker/dockerd.ts';

export interface SmallDisk {
  readonly folder: string;
  /** Stops the engine, and the disk is gone. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A disk of this size, as `mount` takes it, for the private engine of this name, which is not started yet. */
export async function smallDisk(engine: string, size: string): Promise<SmallDisk> {
  const { data } = engineFiles(engine);
  await stopDocker({ name: engine });
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  await rm(data, { recursive: true, force: true });
  await symlink(folder, data);
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await stopDocker({ name: engine });
      await rm(data, { force: true });
      execFileSync('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true });
    },
  };
}
