import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

  function compile(root: string, ...command: readonly string[]): void {
    const [file = 'python3', ...args] = command;
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', PYTHONHASHSEED: '0' };
    const { status, stderr } = spawnSync(file, [...args, '-', root], {
      input: PROGRAM,
      encoding: 'utf8',
      env,
    });
    expect([status, stderr]).toEqual([0, '']);
  }

  /** Every file with bytecode, below a folder, and what is asked of it. */
  function bytecode<T>(root: string, ask: (path: string) => T): ReadonlyMap<string, T> {
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
    return new Map(
      names.filter((name) => name.endsWith('.pyc')).map((name) => [name, ask(join(root, name))]),
    );
  }

  function compiled(root: string, ...command: readonly string[]): ReadonlyMap<string, string> {
    compile(root, ...command);
    const bytes = bytecode(root, (path) => readFileSync(path, 'base64'));
    for (let folder = 0; folder < FOLDERS; folder++) {
      rmSync(join(root, `package_${folder}`, '__pycache__'), { recursive: true });
    }
    return bytes;
  }

  it('gives the same bytes on one core and on all, and leaves out what is no Python', () => {
    const root = packages();

    const all = compiled(root);
    const one = compiled(root, 'taskset', '--cpu-list', '0', 'python3');

    expect(all.size).toBe(FOLDERS * FILES);
    expect(one).toEqual(all);
  });

  it('leaves a folder alone that is compiled, until one of its files has another text', () => {
    const root = packages();
    const installer = join(root, 'package_1');
    const compileall = ['-m', 'compileall', '-qq', '--invalidation-mode', 'unchecked-hash'];
    spawnSync('python3', [...compileall, installer]);
    const inode = (path: string): number => statSync(path).ino;

    const before = bytecode(installer, inode);
    compile(root);
    const after = bytecode(installer, inode);
    writeFileSync(join(installer, 'module_0.py'), 'value = "edited"\n');
    compile(root);
    const edited = bytecode(installer, (path) => readFileSync(path, 'latin1').includes('edited'));

    expect(before.size).toBe(FILES);
    expect(after).toEqual(before);
    expect([...edited.values()].filter(Boolean)).toEqual([true]);
  });

  it('writes bytecode that stays valid when the times of files change', () => {
    const root = packages();

    const flags = [...compiled(root).values()].map((bytes) => Buffer.from(bytes, 'base64').readUInt32LE(4));

    expect(new Set(flags)).toEqual(new Set([1]));
  });
});
