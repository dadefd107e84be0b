import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { explainFullDisk } from '../../src/host/disk-full.ts';

const FULL = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

async function explained(error: unknown, hosted: boolean): Promise<unknown> {
  const told = await explainFullDisk(error, [tmpdir()], hosted);
  return told instanceof UserError ? told.findings : told;
}

describe('a full disk', () => {
  it.each([
    [true, 'sudo rm -rf /usr/local/lib/android'],
    [false, 'TMPDIR'],
  ])('is told with what makes room on a runner that is hosted: %s', async (hosted, hint) => {
    const findings = await explained(FULL, hosted);

    expect(findings).toEqual([
      {
        level: 'error',
        code: 'disk-full',
        message: expect.stringMatching(/^there is no space left on the disk: \d+ bytes are free in \//),
        hint: expect.stringContaining(hint),
      },
    ]);
  });

  it('is told by the folder that was written to, and by no other', async () => {
    const error = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', path: '/dev/shm/file' });

    const told = await explainFullDisk(error, ['/'], false);

    expect(String(told)).toMatch(
      /^UserError: there is no space left on the disk: \d+ bytes are free in \/dev\/shm/,
    );
  });

  it('is nothing else that went wrong', async () => {
    const error = new Error('ENOENT');

    expect(await explained(error, true)).toBe(error);
  });
});
