import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRunFiles } from '../../../src/host/runs/files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobimg-run-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a collected file', () => {
  it('that cannot be read is an error in words', async () => {
    const files = createRunFiles(folder);
    const read = async () => {
      for await (const bytes of files.read('metrics.json')) expect(bytes).toBeUndefined();
    };

    await expect(read()).rejects.toThrow(
      `"${join(folder, 'metrics.json')}" cannot be read: there is no such file`,
    );
  });
});

describe('the logs of several nodes', () => {
  it('stand beside each other, and that of the first is the log of the run', async () => {
    const files = createRunFiles(folder);
    await files.writeLog(Buffer.from('first\n'));
    await files.writeLog(Buffer.from('other\n'), 2);

    expect(await files.closeLog()).toBe(join(folder, 'log.txt'));
    expect(readFileSync(join(folder, 'log.txt'), 'utf8')).toBe('first\n');
    expect(readFileSync(join(folder, 'log.node-2.txt'), 'utf8')).toBe('other\n');
  });
});
