import { describe, expect, it } from '@jest/globals';
import { scriptFindings } from '../../../src/plan/scripts/script-findings.ts';
import type { FileSet } from '../../../src/recipe/recipe.ts';
import { jobOf } from '../../recipe/support.ts';

const files: FileSet = { kind: 'walked', folder: '', ignore: [], git: false, include: [] };

function entry(path: string, executable: boolean) {
  return { path, kind: 'file' as const, executable, content: '', size: 1 };
}

const ENTRIES = [
  entry('plain.sh', false),
  entry('tools/run.py', false),
  entry('good.sh', true),
  entry('windows.sh', true),
];

/** What is said of a command, by the file and the code. */
function said(spec: string): readonly string[] {
  const code = { files, folder: '/workspace', after: [] };
  const found = scriptFindings(
    { job: jobOf(spec), code },
    { files: new Map([[files, ENTRIES]]), windowsScripts: new Map([[files, ['windows.sh']]]) },
  );
  return found.map(({ code: kind, message }) => `${kind} ${/"([^"]+)"/.exec(message)?.[1]}`);
}

describe('a script that cannot be started', () => {
  it.each([
    ['run: ./plain.sh', ['not-executable plain.sh']],
    ['run: set -x && FOO=1 ./plain.sh --fast | tee log', ['not-executable plain.sh']],
    ['run: [make, tools/run.py]', ['not-executable tools/run.py']],
    ['run: if true; then /workspace/plain.sh; fi', ['not-executable plain.sh']],
    ['command: [./plain.sh, x]', ['not-executable plain.sh']],
    ['run: ./windows.sh', ['windows-line-ends windows.sh']],
    ['run: bash -e windows.sh x', ['windows-line-ends windows.sh']],
    ['run: source windows.sh', ['windows-line-ends windows.sh']],
    ['command: [sh, windows.sh]', ['windows-line-ends windows.sh']],
  ])('%s', (spec, expected) => {
    expect(said(spec)).toEqual(expected);
  });

  it.each([
    'run: ./good.sh',
    'run: bash plain.sh',
    'run: python tools/run.py',
    'run: chmod +x plain.sh && ./plain.sh',
    'run: chmod +x *.sh && ./plain.sh',
    'run: dos2unix windows.sh; ./windows.sh',
    'run: cd sub && ./plain.sh',
    'run: bash -c "echo plain.sh"',
    'run: ./missing.sh',
    'run: echo ./plain.sh',
    'run: "{{ run.id }}/plain.sh"',
    'image: python:3.13',
  ])('is not in %s', (spec) => {
    expect(said(spec)).toEqual([]);
  });
});
