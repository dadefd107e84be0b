import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));
/** Imports of values that stand at the top of a file; what is imported where it is used is not loaded with it. */
const STATIC = /^(?:import|export)\s(?!type\s)(?:([^;']*?)\sfrom\s)?'([^']+)';/gm;

/** Files and packages that are loaded with a file, whatever is called. */
function loadedWith(entry: string, loaded = new Set<string>()): ReadonlySet<string> {
  loaded.add(entry);
  for (const [, names = '', from = ''] of readFileSync(join(SRC, entry), 'utf8').matchAll(STATIC)) {
    if (namesTypesAlone(names)) continue;
    const file = from.startsWith('.') ? relative(SRC, join(SRC, dirname(entry), from)) : from;
    if (!loaded.has(file) && existsSync(join(SRC, file))) loadedWith(file, loaded);
    else loaded.add(file);
  }
  return loaded;
}

function namesTypesAlone(names: string): boolean {
  const listed = /^\{([^}]*)\}$/.exec(names.trim())?.[1]?.split(',') ?? [];
  const words = listed.map((word) => word.trim()).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => word.startsWith('type '));
}

/** Kilobytes of our own sources. */
function sizeOf(files: ReadonlySet<string>): number {
  const own = [...files].filter((file) => file.endsWith('.ts'));
  return own.reduce((sum, file) => sum + readFileSync(join(SRC, file)).length, 0) / 1000;
}

describe('the main step', () => {
  const loaded = loadedWith('entries/action.ts');

  it.each([
    'jobspec/formats/polyaxon/read.ts',
    'jobspec/formats/valohai/read.ts',
    'recipe/choose/choose.ts',
    'registry/client.ts',
    'connect/registry/registry.ts',
    'run/record.ts',
    'host/runs/files.ts',
    'source/scan.ts',
    'steps/carry-out.ts',
    'steps/runs/run-all.ts',
    'connect/backends.ts',
    'report/summary/summary.ts',
    'undici',
  ])('does not load %s before it is needed', (file) => {
    expect(loaded.has(file)).toBe(false);
  });

  it('loads as little as it did when it was made fast', () => {
    expect(sizeOf(loaded)).toBeLessThan(245);
    expect(sizeOf(loadedWith('jobspec/formats/jobimg/read.ts'))).toBeLessThan(335);
  });
});

describe('the command line', () => {
  it.each(['steps/left-runs/stop-run.ts', 'steps/runs/follow-run.ts', 'connect/docker.ts'])(
    'does not load %s before it is needed',
    (file) => {
      expect(loadedWith('entries/cli.ts').has(file)).toBe(false);
    },
  );
});

describe('the post step', () => {
  it('loads no package where there is nothing to do', () => {
    const packages = [...loadedWith('entries/post.ts')].filter((file) => !/\.ts$|^node:/.test(file));

    expect(packages).toEqual([]);
  });
});
