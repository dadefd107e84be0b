import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { diskOf } from '../../../src/io/fs/disk.ts';

describe('the disk of a folder', () => {
  it('has what is free there, and is the one of its neighbours', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobimg-'));

    const [disk, neighbour] = [await diskOf(folder), await diskOf(tmpdir())];

    expect(disk).toMatchObject({ folder, device: neighbour?.device });
    expect(disk?.free).toBeGreaterThan(0);
  });

  it('is not known of a folder that is not on this machine', async () => {
    const disk = await diskOf('/nonexistent/docker');

    expect(disk).toBeUndefined();
  });

  it.each(['docker', 'docker/overlay2'])(
    'can be asked by a user who may not look into "%s"',
    async (name) => {
      const folder = await dockerFolder();

      const disk = await asRunner(() => diskOf(join(folder, name)));

      expect(disk).toMatchObject({ folder: join(folder, name), device: (await diskOf(folder))?.device });
    },
  );
});

/** As the engine makes its own: nobody but its user may list it, or enter what is below. */
async function dockerFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-'));
  await mkdir(join(folder, 'docker/overlay2'), { recursive: true });
  await chmod(folder, 0o755);
  await chmod(join(folder, 'docker'), 0o710);
  return folder;
}

/** As the user of GitHub's runners, where the tests may become one. */
async function asRunner<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(1001);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
