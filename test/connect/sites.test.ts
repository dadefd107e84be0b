import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectLeftRun } from '../../src/connect/backends.ts';
import { operatorsFile } from '../../src/connect/places/operators-file.ts';
import { readSites } from '../../src/connect/places/sites.ts';

describe('the file that names places for jobs', () => {
  let folder: string;
  let checkout: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-sites-'));
    checkout = join(folder, 'checkout');
    await mkdir(checkout);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is the operator’s, outside of the repository', async () => {
    const file = join(folder, 'defaults.yml');
    await writeFile(file, 'slurm: { container: podman }\n');

    expect((await readSites(file, checkout)).slurm?.container).toBe('podman');
    expect(await readSites(undefined, checkout)).toEqual({});
  });

  it('is refused when it is part of the repository, also by way of a link', async () => {
    const file = join(checkout, 'defaults.yml');
    await writeFile(file, 'slurm: { setup: [id] }\n');
    await symlink(file, join(folder, 'link.yml'));
    await symlink(checkout, join(folder, 'other'));

    for (const path of [file, join(folder, 'link.yml'), join(folder, 'other/defaults.yml')])
      await expect(readSites(path, checkout)).rejects.toThrow('names a place where jobs run');
  });

  it('may be part of it as long as it names none', async () => {
    const file = join(checkout, 'defaults.yml');
    await writeFile(file, 'mirrors: { docker.io: mirror.test }\n');

    expect(await readSites(file, checkout)).toEqual({});
  });

  it.each([
    ['the input of the step, which its post step has too', 'INPUT_DEFAULTS'],
    ['the variable of the machine', 'JOBIMG_DEFAULTS'],
  ])('is found by %s when a run that was left behind is ended', async (_, variable) => {
    const file = join(folder, 'defaults.yml');
    await writeFile(file, 'commands: { ours: { preset: valohai, options: { project: p1 } } }\n');
    const native = { place: 'ours', id: '7' };
    const handle = {
      run: 'train-1',
      name: 'jobimg-train-1',
      hash: 'sha256:ab',
      backend: 'command',
      native,
    } as const;
    const host = { info: () => undefined, finding: () => undefined };

    const env = { HOME: folder, [variable]: file };
    const connecting = connectLeftRun(handle, { env, defaults: operatorsFile(env), host });

    await expect(connecting).resolves.toHaveProperty('cancel');
  });
});
