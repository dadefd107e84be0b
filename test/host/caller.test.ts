import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCaller } from '../../src/host/caller.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../src/inputs.ts';

const INPUTS: Inputs = { ...INPUT_DEFAULTS, folder: '/repository', until: 'image' };

describe('what this machine shows', () => {
  it('is asked of the program that PATH has, which stands outside of the checkout', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobimg-gpu-'));
    const said = join(folder, 'said');
    await writeFile(join(folder, 'nvidia-smi'), `#!/bin/sh\npwd > ${said}\n`, { mode: 0o755 });
    const caller = await readCaller(INPUTS, { PATH: `:${folder}` }, { name: 'train' });

    const { gpu } = await caller.machine();

    expect(gpu).toBe(true);
    expect(await readFile(said, 'utf8')).toBe('/\n');
  });
});
