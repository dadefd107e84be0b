import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { text as PROGRAM } from '../../../src/recipe/steps/bytecode.py';

const FOLDERS = 30;
const FILES = 20;

describe('the program that compiles an environment', () => {
  const folders: string[] = [];

  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  /** Packages whose files share names and constants, as those of one library do, and one that is no Python. */
  function packages(): string {
    const root = mkdtempSync(join(tmpdir(), 'jobimg-bytecode-'));
    folders.push(root);
    for (let folder = 0; folder < FOLDERS; folder++) {
      const path = join(root, `package_${folder}`);
      mkdirSync(path);
      for (let file = 0; file < FILES; file++) {
        const text = `shared_${file % 3} = ("a constant", ${folder}, "name_${file % 5}")\n\ndef apply(shared_name, name_${file % 5}=None):\n    return shared_name, frozenset({"x", "y", "name_${file}"})\n`;
        writeFileSync(join(path, `module_${file}.py`), text);
      }
    }
    writeFileSync(join(root, 'package_0', 'broken.py'), 'def :\n');
    return root;
  }

  function compiled(root: string, ...command: readonly string[]): ReadonlyMap<string, string> {
    const [file = '', ...args] = command;
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0' };
    const { status, stderr } = spawnSync(file, args, { input: PROGRAM, encoding: 'utf8', env });
    expect([status, stderr]).toEqual([0, '']);
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.pyc'),
    );
    const bytes = new Map(names.sort().map((name) => [name, readFileSync(join(root, name), 'base64')]));
    for (let folder = 0; folder < FOLDERS; folder++) {
      rmSync(join(root, `package_${folder}`, '__pycache__'), { recursive: true });
    }
    return bytes;
  }

  it('gives the same bytes on one core and on all, and leaves out what is no Python', () => {
    const root = packages();

    const all = compiled(root, 'python3', '-', root);
    const one = compiled(root, 'taskset', '--cpu-list', '0', 'python3', '-', root);

    expect(all.size).toBe(FOLDERS * FILES);
    expect(one).toEqual(all);
  });

  it('writes bytecode that stays valid when the times of files change', () => {
    const root = packages();

    const flags = [...compiled(root, 'python3', '-', root).values()].map((bytes) =>
      Buffer.from(bytes, 'base64').readUInt32LE(4),
    );

    expect(new Set(flags)).toEqual(new Set([1]));
  });
});
