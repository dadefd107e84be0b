import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT } from './repository.ts';

interface DistResult {
  inputsHash(root: string): string;
  isKnownResult(inputs: string, root: string): boolean;
  keepResult(inputs: string, root: string): void;
}

const { inputsHash, isKnownResult, keepResult }: DistResult = await import(
  pathToFileURL(join(ROOT, 'scripts/dist-result.mjs')).href
);

const FILES = ['src/a/b.ts', 'scripts/build.mjs', 'dist/index.js', 'build/a/b.js'];
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

describe('that dist is what the sources give', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-dist-result-'));
    for (const path of [...FILES, ...SETTINGS]) write(path, 'first\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  const isKnown = (): boolean => isKnownResult(inputsHash(root), root);

  it('is not known in a fresh clone, and known once it was kept', () => {
    expect(isKnown()).toBe(false);
    keepResult(inputsHash(root), root);
    expect(isKnown()).toBe(true);
  });

  it.each([...FILES.slice(0, 3), ...SETTINGS, 'src/new.py', 'dist/new.js'])(
    'is not known any more when %s is another one, and known again with the bytes of before',
    (path) => {
      keepResult(inputsHash(root), root);

      write(path, 'second\n');
      const changed = isKnown();
      if (path.includes('new')) rmSync(join(root, path));
      else write(path, 'first\n');

      expect([changed, isKnown()]).toEqual([false, true]);
    },
  );

  it('is not known of a source that changed while it was built', () => {
    const inputs = inputsHash(root);
    write('src/a/b.ts', 'second\n');
    keepResult(inputs, root);

    expect(isKnown()).toBe(false);
  });
});
