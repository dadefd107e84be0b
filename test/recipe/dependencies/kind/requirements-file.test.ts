import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../../src/findings.ts';
import { readRequirementsFile } from '../../../../src/recipe/dependencies/kind/requirements-file.ts';
import { type Files, treeOf } from '../../support.ts';

function read(files: Files) {
  const findings = new Findings();
  return {
    ...readRequirementsFile('r.txt', treeOf(files), findings),
    codes: findings.all.map(({ code }) => code),
  };
}

describe('a requirements file', () => {
  it('is read with all that it includes, each file once, and circles end', () => {
    const files = {
      'r.txt': '\uFEFF# all\n-r sub/a.txt\n-c=c.txt\n--requirement "b.txt"\nnumpy # last\n',
      'sub/a.txt': '-r ../b.txt\n-r../r.txt\ntorch\n',
      'b.txt': 'tqdm==1 \\\n  --hash=sha256:00\n',
      'c.txt': 'numpy<3\n',
    };

    expect(read(files)).toEqual({
      files: ['r.txt', 'sub/a.txt', 'b.txt', 'c.txt'],
      hashes: true,
      requirements: ['tqdm==1    --hash=sha256:00', 'torch', 'numpy'],
      archives: [],
      variables: new Map(),
      codes: [],
    });
  });

  it('is installed from where it constrains as well', () => {
    const files = { 'r.txt': '-c b.txt\n-r b.txt\n-c b.txt\n', 'b.txt': 'torch==2.8\n-r r.txt\n' };

    expect(read(files)).toMatchObject({ files: ['r.txt', 'b.txt'], requirements: ['torch==2.8'], codes: [] });
  });

  it('has a mistake once, also where it both constrains and is installed from', () => {
    expect(read({ 'r.txt': '-c b.txt\n-r b.txt\n', 'b.txt': './pkg\n' }).codes).toEqual([
      'local-requirement',
    ]);
  });

  it('leaves options and marks to pip', () => {
    const lines =
      '--extra-index-url https://download.pytorch.org/whl/cpu\n--pre\na[b]>=1 ; python_version < "3.12"\nb @ https://example.org/b.whl#sha256=0\n';

    expect(read({ 'r.txt': lines })).toMatchObject({ hashes: false, codes: [], requirements: { length: 2 } });
  });

  it.each([
    ['-e .', 'local-requirement'],
    ['--editable ./a', 'local-requirement'],
    ['/opt/a', 'local-requirement'],
    ['wheels/a-1-py3-none-any.whl', 'file-not-found'],
    ['../a-1-py3-none-any.whl', 'path-outside'],
    ['a @ file:///a.whl', 'local-requirement'],
    ['--find-links wheels', 'file-not-found'],
    ['-r missing.txt', 'file-not-found'],
    ['-r /etc/passwd', 'path-outside'],
    ['-r ../../x', 'path-outside'],
    ['-c https://example.org/c.txt', 'remote-requirements'],
    ['--index-url https://me:secret@example.org/', 'password-in-file'],
    [`--extra-index-url https://${'t'.repeat(40)}@example.org/simple`, 'password-in-file'],
    [`--index-url https://me:x\${TOKEN}@example.org/`, 'password-in-file'],
    ['a @ git+https://me:secret@example.org/a@v1', 'password-in-file'],
    ['https://me:secret@example.org/a-1-py3-none-any.whl', 'password-in-file'],
    [`-e git+https://${'t'.repeat(40)}@example.org/a#egg=a`, 'password-in-file'],
  ])('is refused with %s', (line, code) => {
    expect(read({ 'r.txt': `${line}\n` }).codes).toEqual([code]);
  });

  it.each([
    'a @ git+https://git@example.org/a@v1',
    'a @ git+ssh://git@example.org/a@v1',
    `a @ https://me:\${TOKEN}@example.org/a-1-py3-none-any.whl`,
  ])('may have %s', (line) => {
    expect(read({ 'r.txt': `${line}\n` }).codes).toEqual([]);
  });

  it('has an end', () => {
    const many = Object.fromEntries(
      Array.from({ length: 80 }, (_, index) => [`${index}.txt`, `-r ${index + 1}.txt\n`]),
    );

    expect(read({ ...many, 'r.txt': '-r 0.txt\n' }).codes).toEqual(['too-many-files']);
  });
});
