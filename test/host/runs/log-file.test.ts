import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Findings } from '../../../src/findings.ts';
import { createRunFiles } from '../../../src/host/runs/files.ts';
import { openLogFile } from '../../../src/host/runs/log-file.ts';
import { withKeptLog } from '../../../src/steps/runs/result/kept-log.ts';
import { warningsWhile } from '../../io/warnings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobimg-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function kept(limit?: number) {
  const findings = new Findings();
  const lines: string[] = [];
  const files = createRunFiles(join(folder, 'jobimg-runs', 'train-1'), limit === undefined ? {} : { limit });
  return {
    findings,
    lines,
    files: withKeptLog(files, findings, { info: (line) => void lines.push(line) }),
  };
}

describe('a log that is kept', () => {
  it('is what was written', async () => {
    const { files, findings } = kept();

    for (const text of ['one\n', 'two\n']) await files.writeLog(Buffer.from(text));
    const path = await files.closeLog();

    expect(await readFile(path ?? '', 'utf8')).toBe('one\ntwo\n');
    expect(findings.all).toEqual([]);
  });

  it('of a job that prints faster than the disk writes leaves no listener of its waits', async () => {
    const { files } = kept();
    const piece = Buffer.alloc(64 * 1024, 'x');

    const warnings = await warningsWhile(async () => {
      for (let written = 0; written < 40; written++) await files.writeLog(piece);
      await files.closeLog();
    });

    expect(warnings).toEqual([]);
  });

  it('ends at its limit, and the log says so once', async () => {
    const { files, findings, lines } = kept(6);

    for (const text of ['one\n', 'two\n', 'three\n']) await files.writeLog(Buffer.from(text));
    const path = await files.closeLog();

    expect(await readFile(path ?? '', 'utf8')).toBe('one\ntw');
    expect(lines).toEqual([expect.stringContaining('from here on the log is shown but not kept')]);
    expect(findings.all).toEqual([
      expect.objectContaining({
        level: 'warning',
        code: 'log',
        message: expect.stringContaining('ends after'),
      }),
    ]);
  });

  it('takes nothing from its run when it cannot be written', async () => {
    const { files, findings } = kept();
    await symlink('elsewhere', join(folder, 'jobimg-runs'));

    for (const text of ['one\n', 'two\n']) await files.writeLog(Buffer.from(text));

    expect(await files.closeLog()).toBeUndefined();
    expect(findings.all).toEqual([expect.objectContaining({ level: 'warning', code: 'log' })]);
  });
});

describe('the log on a full disk', () => {
  it('is cut off, which is told once, with the folder', async () => {
    // Every write to this device ends as it does on a full disk.
    const log = await openLogFile('/runs/train-1/log.txt', 100, () => openSync('/dev/full', 'w'));
    const told: unknown[] = [];

    for (const text of ['one\n', 'two\n']) {
      await log.write(Buffer.from(text)).catch((error: unknown) => told.push(error));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await log.close().catch((error: unknown) => told.push(error));

    expect(told).toEqual([
      expect.objectContaining({
        kind: 'unavailable',
        message: 'the log "/runs/train-1/log.txt" is cut off: no space is left in "/runs/train-1"',
      }),
    ]);
  });
});
