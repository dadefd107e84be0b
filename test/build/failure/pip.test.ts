import { describe, expect, it } from '@jest/globals';
import { pipPlace } from '../../../src/build/failure/pip.ts';
import { withoutOldVersions } from '../../../src/build/progress/old-versions.ts';
import { SOURCE_MOUNT } from '../../../src/recipe/pip.ts';
import { buildPlan } from '../requests.ts';

function planWith(...paths: readonly string[]) {
  const entries = paths.map((path) => ({
    path,
    kind: 'file' as const,
    executable: false,
    content: '',
    size: 1,
  }));
  return buildPlan({ context: [{ files: { kind: 'listed', paths }, entries, folder: '' }] });
}

describe('what pip says', () => {
  it.each([
    [
      `ERROR: Invalid requirement: 'a=1': Expected end (from line 4 of ${SOURCE_MOUNT}/deps/base.txt)`,
      'deps/base.txt',
      4,
    ],
    ['ERROR: Invalid requirement: a=1 (from line 4 of -r requirements.txt)', 'requirements.txt', 4],
    [
      'ERROR: Could not find a version that satisfies the requirement nump (from -r requirements.txt (line 12)) (from versions: none)',
      'requirements.txt',
      12,
    ],
    [
      'ERROR: No matching distribution found for nump==9 (from -r /tmp/requirements.txt (line 2))',
      'requirements.txt',
      2,
    ],
  ])('in %j is a place in the file', (line, file, number) => {
    expect(pipPlace(['Collecting six', line], planWith('requirements.txt'))).toEqual({ file, line: number });
  });

  it.each([
    ['Collecting six (from -r requirements.txt (line 1))', ['requirements.txt']],
    ['ERROR: No matching distribution found for six==99', ['requirements.txt']],
    [
      'ERROR: No matching distribution (from -r requirements.txt (line 2))',
      ['a/requirements.txt', 'requirements.txt'],
    ],
  ])('in %j is none that is known', (line, paths) => {
    expect(pipPlace([line], planWith(...paths))).toBeUndefined();
  });

  it('of all the versions that there are is cut', () => {
    const versions = Array.from({ length: 150 }, (_, index) => `1.${index}`).join(', ');

    expect(withoutOldVersions(`ERROR: x (from versions: ${versions})`)).toBe(
      'ERROR: x (from 150 versions, the last: 1.145, 1.146, 1.147, 1.148, 1.149)',
    );
    expect(withoutOldVersions('ERROR: x (from versions: none)')).toBe('ERROR: x (from versions: none)');
  });
});
