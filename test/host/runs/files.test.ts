import { mkdtempSync, rmSync } from 'node:fs';
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
