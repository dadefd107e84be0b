import { describe, expect, it } from '@jest/globals';
import { Findings } from '../../../../src/findings.ts';
import { readRequirementsFile } from '../../../../src/recipe/dependencies/kind/requirements-file.ts';
import { type Files, treeOf } from '../../support.ts';

function read(text: string, files: Files = {}) {
  const findings = new Findings();
  const file = readRequirementsFile('r.txt', treeOf({ 'r.txt': text, ...files }), findings);
  const shown = findings.all.map(
    ({ location, message, hint }) => `${location?.line} ${message} -> ${hint ?? ''}`,
  );
  return { ...file, shown };
}

describe('lines that pip takes', () => {
  it.each([
    'six',
    'six==1.16.0',
    'six == 1.16.* , != 1.5',
    'six (>=1.0)',
    'a.b_c-d[x, y]>=1,<2; python_version < "3.12"',
    'six>=1.0,',
    'a @ https://example.org/a.whl#sha256=0',
    'a@git+https://example.org/a.git@v1#egg=a',
    'git+ssh://git@example.org/a.git',
    'https://example.org/a-1.tar.gz',
    '-e git+https://example.org/a.git#egg=a',
    'six==1.16.0 --hash=sha256:00',
    'six --config-settings="a=b c"',
    '--no-binary :all:',
    '-i https://example.org/simple',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: pip fills it in.
    'a==${A_VERSION}',
    'pywin32==306 ; sys_platform == "win32"',
    'torch==2.7.1+cu126',
    'a===1.0-odd',
    'a==1!2.0rc1',
  ])('%s', (line) => {
    expect(read(`${line}\n`).shown).toEqual([]);
  });
});

describe('lines that are no requirements', () => {
  it.each([
    ['numpy=1.26.4=py312h1', '"conda list --export"', 'pip list --format=freeze'],
    ['WARNING: The scripts are installed in a folder', 'a message of pip', 'remove the line'],
    ['[notice] A new release of pip is available', 'a message of pip', 'remove the line'],
    ['<<<<<<< HEAD', 'a conflict that Git left', 'choose one'],
    ['[packages]', 'a table of TOML', 'pyproject.toml'],
    ['six = "^1.16"', 'written as TOML', 'write six>=1.16,<2.0'],
    ['six = "*"', 'written as TOML', 'write six'],
    ['Package    Version', 'the table that "pip list" prints', 'pip freeze'],
    ['---------- -------', 'the table that "pip list" prints', 'pip freeze'],
    ['six        1.16.0', 'the table that "pip list" prints', 'write six==1.16.0'],
    ['six=1.16.0', 'one "="', 'write six==1.16.0'],
    ['pip install six', 'a command', 'six'],
    ['"six>=1",', 'an item of a list', 'write six>=1'],
    ['- six', 'an item of a list', 'write six'],
    ['libs/a', 'is a path', 'setup: [pip install ./folder]'],
    ['six is needed', 'not a requirement that pip reads', 'six==1.16.0'],
  ])('%s', (line, is, hint) => {
    const { shown } = read(`${line}\n`);

    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain(is);
    expect(shown[0]).toContain(hint);
  });

  it('are told once for each kind, at the first line', () => {
    const { shown } = read(
      '# of conda\n_libgcc_mutex=0.1=main\nnumpy=1.26.4=py312h1\nsix=1.16.0=py_1\nidna=3\n',
    );

    expect(shown).toEqual([
      expect.stringMatching(/^2 "_libgcc_mutex=0\.1=main" is a line .*, and so on in 2 more lines/),
      expect.stringMatching(/^5 "idna=3" has one "="/),
    ]);
  });
});

describe('lines of another machine', () => {
  it.each([
    ['six @ file:///tmp/build/80754af9/six/work', 'a path of the machine', 'six==<version>'],
    ['a @ file:///C:/Users/me/a', 'a path of the machine', 'a==<version>'],
    ['/home/me/a', 'a path of the machine', 'write a version'],
    ['-e /home/me/a', 'a path of the machine', 'install: project'],
    ['-e C:\\Users\\me\\a', 'C:\\Users\\me\\a', 'install: project'],
    ['~/a', 'a path of the machine', 'write a version'],
    ['pkg-resources==0.0.0', 'Ubuntu', 'remove the line'],
    ['pkg_resources==0.0.0', 'Ubuntu', 'remove the line'],
    ['pywin32==306', 'for Windows alone', 'pywin32==306 ; sys_platform == "win32"'],
    ['tensorflow-macos', 'for macOS alone', 'tensorflow-macos ; sys_platform == "darwin"'],
    ['--find-links file:///home/me/wheels', 'outside the repository', ''],
  ])('%s', (line, is, hint) => {
    const { shown } = read(`${line}\n`);

    expect(shown).toHaveLength(1);
    expect(shown[0]).toContain(is);
    expect(shown[0]).toContain(hint);
  });
});

describe('wheels of the repository', () => {
  const wheel = 'wheels/a-1-py3-none-any.whl';

  it.each([
    `./${wheel}`,
    wheel,
    `./${wheel}[x] ; python_version > "3"`,
    '--find-links wheels/',
    '-f ./wheels',
  ])('%s', (line) => {
    const { shown, archives } = read(`${line}\n`, { [wheel]: '', 'wheels/README.md': '' });

    expect(shown).toEqual([]);
    expect(archives).toEqual([wheel]);
  });

  it('stand beside the file that names their folder, or below the root', () => {
    const files = { 'sub/r.txt': '-f wheels\na\n', 'sub/wheels/a-1.tar.gz': '', [wheel]: '' };

    expect(read('-r sub/r.txt\n', files).archives).toEqual(['sub/wheels/a-1.tar.gz']);
  });

  it('of another system are refused', () => {
    const path = 'a-1-cp312-cp312-win_amd64.whl';

    expect(read(`./${path}\n`, { [path]: '' }).shown[0]).toContain('is a wheel for Windows');
  });
});

describe('a folder with the name of the file', () => {
  it('is named, with a file that is in it', () => {
    const findings = new Findings();
    readRequirementsFile('r', treeOf({ 'r/base.txt': 'six' }), findings);

    expect(findings.all).toMatchObject([
      {
        message: '"r" is a folder, and a file is needed',
        hint: 'name a file: image: { requirements: r/base.txt }',
      },
    ]);
  });
});
