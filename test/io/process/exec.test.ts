import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createExec, findTool } from '../../../src/io/process/exec.ts';

const exec = createExec('/usr/bin:/bin');

async function folderWithTool(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg test '));
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
  return folder;
}

describe('exec', () => {
  it('answers with both streams and the exit code', async () => {
    const answer = await exec('sh', ['-c', 'echo out; echo err >&2; exit 3']);

    expect(answer).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('hands over exactly the environment, folder and input it is given', async () => {
    const answer = await exec('sh', ['-c', 'echo "$ONLY:$HOME:$(pwd)"; cat'], {
      env: { ONLY: 'this' },
      cwd: '/usr',
      input: Buffer.from('input'),
    });

    expect(answer.stdout).toBe('this::/usr\ninput');
  });

  it('keeps arguments as they are', async () => {
    const words = ['a b', '"quoted"', '$HOME', '::error::x\n::set-output name=y::z', ''];

    const answer = await exec('sh', ['-c', 'printf "%s|" "$@"', 'sh', ...words]);

    expect(answer.stdout).toBe(words.map((word) => `${word}|`).join(''));
  });

  it('ends a tool that would wait for input', async () => {
    expect(await exec('cat', [])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('runs a tool from a folder with a blank in its name', async () => {
    const folder = await folderWithTool('greet', '#!/bin/sh\necho hello\n');

    expect((await createExec(folder)('greet', [])).stdout).toBe('hello\n');
  });

  it('says which tool is missing', async () => {
    await expect(createExec('/nonexistent')('docker', [])).rejects.toMatchObject({
      kind: 'unavailable',
      message: '"docker" was not found',
    });
  });
});

describe('findTool', () => {
  it('passes over relative folders, for they would mean the workspace', async () => {
    const folder = await folderWithTool('tool', '#!/bin/sh\n');
    await mkdir(join(folder, 'bin'));

    await expect(findTool('tool', '.:bin:')).rejects.toThrow('"tool" was not found');
    expect(await findTool('tool', `.:${folder}`)).toBe(join(folder, 'tool'));
  });

  it('passes over files that cannot be executed', async () => {
    const folder = await folderWithTool('tool', 'text');
    await chmod(join(folder, 'tool'), 0o644);

    await expect(findTool('tool', folder)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
