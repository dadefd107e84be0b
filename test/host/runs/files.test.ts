import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRunFiles } from '../../../src/host/runs/files.ts';
import { runPlan } from '../../report/results.ts';

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

describe('the outputs of a run', () => {
  const pathsOf = async (changes: Parameters<typeof runPlan>[0], hide?: (text: string) => string) =>
    (await createRunFiles(folder, hide === undefined ? {} : { hide }).outputs(runPlan(changes))).map(
      ({ path }) => path,
    );

  it('are the files that were collected, and none of ours', async () => {
    for (const path of ['log.txt', 'log.node-1.txt', 'outputs/b/log.txt', 'outputs/a', 'other']) write(path);
    symlinkSync('/etc/passwd', join(folder, 'outputs/link'));

    expect(await pathsOf({ outputs: ['outputs/', 'missing'] })).toEqual(['outputs/a', 'outputs/b/log.txt']);
    expect(await pathsOf({ outputs: ['.'] })).toEqual(['other', 'outputs/a', 'outputs/b/log.txt']);
  });

  it('are no log of the run where the job has an output of that name', async () => {
    for (const path of ['log.txt', 'log.output.txt', 'node-1/log.output.txt']) write(path);

    const nodes = { count: 2, outputs: 'all' } as const;
    expect(await pathsOf({ outputs: ['log.txt'] })).toEqual(['log.output.txt']);
    expect(await pathsOf({ outputs: ['.'] })).toEqual(['log.output.txt', 'node-1/log.output.txt']);
    expect(await pathsOf({ nodes, outputs: ['log.txt'] })).toEqual([
      'log.output.txt',
      'node-1/log.output.txt',
    ]);
  });

  it('are in a folder for each but the first of several nodes', async () => {
    for (const path of ['outputs/a', 'node-1/outputs/a', 'node-1/other']) write(path);

    const nodes = { count: 2, outputs: 'all' } as const;
    expect(await pathsOf({ nodes, outputs: ['outputs'] })).toEqual(['node-1/outputs/a', 'outputs/a']);
  });

  it('are not told where a name contains the value of a secret', async () => {
    write('outputs/token-hunter22');
    const hide = (text: string) => text.replace('hunter22', '***');

    await expect(pathsOf({ outputs: ['outputs'] }, hide)).rejects.toThrow(
      'the name of the output "outputs/token-***" contains the value of a secret',
    );
  });

  function write(path: string): void {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), path);
  }
});
