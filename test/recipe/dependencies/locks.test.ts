import { describe, expect, it } from '@jest/globals';
import { chooseDependencies } from '../../../src/recipe/dependencies/choose.ts';
import { emptyNotes } from '../../../src/recipe/notes.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function read(files: Files) {
  const notes = emptyNotes();
  const { files: chosen } = chooseDependencies(
    'auto',
    { job: jobOf('run: python train.py\n'), tree: treeOf(files) },
    notes,
  );
  const [file] = chosen;
  return { ...file, findings: notes.findings.all, texts: [file?.install ?? []].flat() };
}

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

const POETRY = '[tool.poetry.dependencies]\npython = "^3.10"\n';

function poetry(
  packages: string,
  more: { readonly version?: string; readonly project?: string } = {},
): Files {
  const { version = '2.1', project = POETRY } = more;
  return {
    'pyproject.toml': project,
    'poetry.lock': `${packages}\n[metadata]\nlock-version = "${version}"\npython-versions = "^3.10"\n`,
  };
}

function pdm(packages: string, more: { readonly metadata?: string; readonly project?: string } = {}): Files {
  const { metadata = 'strategy = ["inherit_metadata"]\nlock_version = "4.5.0"', project = '' } = more;
  return {
    'pyproject.toml': `[project]\nname = "x"\nrequires-python = ">=3.10"\n${project}`,
    'pdm.lock': `[metadata]\n${metadata}\n${packages}`,
  };
}

function pipfile(packages: object, meta: object = {}): Files {
  const lock = { _meta: { 'pipfile-spec': 6, ...meta }, default: packages };
  return { 'Pipfile.lock': JSON.stringify(lock, undefined, 4) };
}

function pylock(packages: string, more: { readonly metadata?: string; readonly name?: string } = {}): Files {
  const { metadata = 'lock-version = "1.0"', name = 'pylock.toml' } = more;
  return { [name]: `${metadata}\n${packages}` };
}

const MAIN = 'version = "1"\ngroups = ["main"]\n';
const DEFAULT = 'version = "1"\ngroups = ["default"]\n';

describe('poetry.lock', () => {
  it('gives what a run needs, with the condition of its group and the hashes that fit Linux', () => {
    const { texts, python, findings } = read(
      poetry(
        `[[package]]\nname = "a"\n${MAIN}markers = { main = "python_version < \\"3.11\\"", dev = "x" }\nfiles = [{ file = "a-1-cp311-cp311-win_amd64.whl", hash = "${B}" }, { file = "a-1.tar.gz", hash = "${A}" }]\n[[package]]\nname = "b"\nversion = "1"\ngroups = ["dev"]\n`,
      ),
    );

    expect(findings).toEqual([]);
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain(`\na==1 ; python_version < "3.11" \\\n    --hash=${A}\n--end--`);
    expect(python).toEqual({ specifiers: '>=3.10,<4.0', file: 'pyproject.toml' });
  });

  it('says which other groups "poetry install" would install', () => {
    const groups = ['train', 'dev', 'rare']
      .map((name) => `[tool.poetry.group.${name}.dependencies]\nb = "1"\n`)
      .join('');

    const { findings } = read(
      poetry('', { project: `${POETRY}${groups}[tool.poetry.group.rare]\noptional = true\n` }),
    );

    expect(findings).toMatchObject([
      { level: 'notice', code: 'groups', message: expect.stringMatching(/, not "train"$/) },
    ]);
  });

  it('keeps all hashes of a package that is for another system alone', () => {
    const { texts } = read(
      poetry(
        `[[package]]\nname = "a"\n${MAIN}files = [{ file = "a-1-cp311-cp311-win32.whl", hash = "${B}" }]\n`,
      ),
    );

    expect(texts[0]).toContain(`--hash=${B}`);
  });

  it('leaves git, addresses, archives of the repository and other indexes to pip', () => {
    const project = `${POETRY}[[tool.poetry.source]]\nname = "own"\nurl = "https://packages.example.org/simple/"\n`;
    const sources = [
      'type = "git"\nurl = "git@example.org:a/a.git"\nresolved_reference = "abc"\nsubdirectory = "sub"',
      'type = "url"\nurl = "https://example.org/b.whl"',
      'type = "file"\nurl = "wheels/c d.whl"',
      'type = "legacy"\nurl = "https://packages.example.org/simple"',
      'type = "legacy"\nurl = "http://other.example.org/simple"',
    ];
    const packages = sources.map(
      (source, index) =>
        `[[package]]\nname = "${'abcde'[index]}"\n${MAIN}files = [{ file = "x.whl", hash = "${A}" }]\n[package.source]\n${source}\n`,
    );

    const { texts, git, files, findings } = read(poetry(packages.join(''), { project }));

    expect(findings).toEqual([]);
    expect(texts).toHaveLength(2);
    expect(texts[1]).toContain('\na @ git+ssh://git@example.org/a/a.git@abc#subdirectory=sub\n');
    expect(texts[0]).toContain('\nb @ https://example.org/b.whl \\\n');
    expect(texts[0]).toContain('\nc @ file:///src/wheels/c%20d.whl \\\n');
    expect(texts[0]?.split('\n').filter((line) => line.startsWith('--') && line !== '--end--')).toEqual([
      '--extra-index-url http://other.example.org/simple',
      '--trusted-host other.example.org',
      '--index-url https://packages.example.org/simple',
    ]);
    expect({ git, files }).toEqual({ git: 'a', files: ['wheels/c d.whl'] });
  });

  it('of many packages is several steps, each of them short enough for one argument of a process', () => {
    const hashes = Array.from({ length: 200 }, (_, index) => ({
      hash: `sha256:${String(index).padStart(64, '0')}`,
    }));
    const files = hashes.map(({ hash }) => `{ file = "a-1-py3-none-any.whl", hash = "${hash}" }`).join(', ');
    const packages = Array.from(
      { length: 30 },
      (_, index) => `[[package]]\nname = "a${index}"\n${MAIN}files = [${files}]\n`,
    );

    const { texts } = read(poetry(packages.join('')));

    expect(texts.length).toBeGreaterThan(4);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(120_000);
    expect(texts.join('\n').match(/^a\d+==1/gm)).toHaveLength(30);
  });
});

describe('poetry.lock of Poetry 1', () => {
  const files = `files = [{ file = "x.tar.gz", hash = "${A}" }]`;

  function lines(packages: string, dependencies: string, version = '2.0') {
    const project = `${POETRY}${dependencies}\n`;
    const { texts, findings } = read(poetry(packages, { version, project }));
    expect(findings).toEqual([]);
    return texts.flatMap((text) => text.split('\n').filter((line) => /^[a-z-]+==/.test(line)));
  }

  it('is followed from the project to what its packages need, in circles too', () => {
    const packages = [
      `[[package]]\nname = "a"\nversion = "1"\n${files}\n[package.dependencies]\nB_b = ">=1"\nc = { version = "*", markers = "sys_platform == 'linux'" }\n`,
      `[[package]]\nname = "b-b"\nversion = "1"\n${files}\n[package.dependencies]\na = "*"\nc = { version = "*", markers = "os_name == 'nt'" }\n`,
      `[[package]]\nname = "c"\nversion = "1"\n${files}\n[package.dependencies]\nd = { version = "*", markers = "python_version < '3.11'" }\n`,
      `[[package]]\nname = "d"\nversion = "1"\n${files}\n`,
      `[[package]]\nname = "dev"\nversion = "1"\n${files}\n`,
    ];

    expect(lines(packages.join(''), 'a = "^1"')).toEqual([
      'a==1 \\',
      'b-b==1 \\',
      "c==1 ; (os_name == 'nt') or (sys_platform == 'linux') \\",
      "d==1 ; ((os_name == 'nt') and (python_version < '3.11')) or ((python_version < '3.11') and (sys_platform == 'linux')) \\",
    ]);
  });

  it('has what an extra needs when a package asks for it', () => {
    const packages = `[[package]]\nname = "a"\nversion = "1"\n${files}\n[package.dependencies]\nb = { version = "*", optional = true, markers = "extra == \\"x\\"" }\n[[package]]\nname = "b"\nversion = "1"\n${files}\n`;

    expect(lines(packages, 'a = { version = "^1", extras = ["x"] }')).toEqual(['a==1 \\', 'b==1 \\']);
    expect(lines(packages, 'a = "^1"')).toEqual(['a==1 \\']);
  });

  it('may hold a package in several versions', () => {
    const packages = ['1.5', '2.0'].map(
      (version) => `[[package]]\nname = "a"\nversion = "${version}"\n${files}\n`,
    );
    const dependencies = 'a = [{ version = "^1", python = "<3.12" }, { version = "^2", python = ">=3.12" }]';

    expect(lines(packages.join(''), dependencies)).toEqual([
      'a==1.5 ; python_version < "3.12" \\',
      'a==2.0 ; python_version >= "3.12" \\',
    ]);
  });

  it('has its hashes at its end when it is older still', () => {
    const { texts } = read({
      'pyproject.toml': `${POETRY}a = "^1"\n`,
      'poetry.lock': `[[package]]\nname = "a"\nversion = "1"\n[metadata]\nlock-version = "1.1"\n[metadata.files]\na = [{ file = "a.tar.gz", hash = "${A}" }]\n`,
    });

    expect(texts[0]).toContain(`--hash=${A}`);
  });
});

describe('pdm.lock', () => {
  it('gives what a run needs, once, from its own sources', () => {
    const project =
      '[[tool.pdm.source]]\nname = "pypi"\nurl = "https://mirror.example.org/simple"\nverify_ssl = false\n[[tool.pdm.source]]\nname = "links"\ntype = "find_links"\nurl = "https://example.org/links"\n';
    const packages = [
      `[[package]]\nname = "a"\n${DEFAULT}marker = "python_version < \\"3.11\\""\nfiles = [{ file = "a-1.tar.gz", hash = "${A}" }]\n`,
      `[[package]]\nname = "a"\n${DEFAULT}extras = ["x"]\nfiles = [{ file = "a-1.tar.gz", hash = "${A}" }]\n`,
      `[[package]]\nname = "b"\nversion = "1"\ngroups = ["dev"]\n`,
      `[[package]]\nname = "c"\n${DEFAULT}git = "https://example.org/c.git"\nrevision = "abc"\n`,
      `[[package]]\nname = "d"\n${DEFAULT}url = "https://example.org/d.whl"\nfiles = [{ url = "https://example.org/d.whl", hash = "${A}" }]\n`,
      `[[package]]\nname = "e"\n${DEFAULT}path = "./wheels/e.whl"\nfiles = [{ file = "e.whl", hash = "${A}" }]\n`,
    ];

    const { texts, git, files, python, findings } = read(pdm(packages.join(''), { project }));

    expect(findings).toEqual([]);
    expect(texts[0]?.split('\n').slice(2, -1)).toEqual([
      '--index-url https://mirror.example.org/simple',
      '--trusted-host mirror.example.org',
      '--find-links https://example.org/links',
      'a==1 ; python_version < "3.11" \\',
      `    --hash=${A}`,
      'd @ https://example.org/d.whl \\',
      `    --hash=${A}`,
      'e @ file:///src/wheels/e.whl \\',
      `    --hash=${A}`,
    ]);
    expect(texts[1]).toContain('\nc @ git+https://example.org/c.git@abc\n');
    expect({ git, files, python }).toEqual({
      git: 'c',
      files: ['wheels/e.whl'],
      python: { specifiers: '>=3.10', file: 'pyproject.toml' },
    });
  });
});

describe('Pipfile.lock', () => {
  it('gives what a run needs, from its own sources', () => {
    const sources = [
      { name: 'own', url: `https://\${USER}:\${TOKEN}@packages.example.org/simple`, verify_ssl: true },
      { name: 'pypi', url: 'https://pypi.org/simple', verify_ssl: true },
    ];
    const packages = {
      a: { version: '==1', hashes: [A], markers: "python_version < '4'", extras: ['x'] },
      b: { git: 'https://example.org/b.git', ref: 'abc' },
      c: { file: 'https://example.org/c.whl', hashes: [A] },
      d: { path: './wheels/d.whl', hashes: [A] },
    };

    const { texts, git, files, python, findings } = read(
      pipfile(packages, { sources, requires: { python_version: '3.11' } }),
    );

    expect(findings).toEqual([]);
    expect(texts[0]?.split('\n').slice(2, -1)).toEqual([
      `--index-url https://\${USER}:\${TOKEN}@packages.example.org/simple`,
      "a==1 ; python_version < '4' \\",
      `    --hash=${A}`,
      'c @ https://example.org/c.whl \\',
      `    --hash=${A}`,
      'd @ file:///src/wheels/d.whl \\',
      `    --hash=${A}`,
    ]);
    expect(texts[1]).toContain('\nb @ git+https://example.org/b.git@abc\n');
    expect({ git, files, python }).toEqual({
      git: 'b',
      files: ['wheels/d.whl'],
      python: { specifiers: '==3.11.*', file: 'Pipfile.lock' },
    });
  });

  it('that leaves a version open is said', () => {
    expect(read(pipfile({ a: { version: '*' } })).findings).toMatchObject([
      { level: 'warning', code: 'open-versions' },
    ]);
  });
});

describe('pylock.toml', () => {
  const HASHES = `hashes = { sha256 = "${'a'.repeat(64)}" }`;
  const WHEEL = `wheels = [{ name = "x-1-py3-none-any.whl", url = "https://files.example.org/x-1-py3-none-any.whl", ${HASHES} }]`;

  it('gives its default groups without extras, from where it says', () => {
    const metadata =
      'lock-version = "1.0"\nrequires-python = ">=3.10"\ndefault-groups = ["default"]\nextras = ["x"]';
    const packages = [
      `[[packages]]\nname = "a"\nversion = "1"\nmarker = "'default' in dependency_groups"\nindex = "https://packages.example.org/simple"\n${WHEEL}\n`,
      `[[packages]]\nname = "b"\nversion = "1"\nmarker = "'dev' in dependency_groups"\n${WHEEL}\n`,
      `[[packages]]\nname = "c"\nversion = "1"\nmarker = 'sys_platform == "linux" and ("x" in extras or "default" in dependency_groups)'\n${WHEEL}\n`,
      `[[packages]]\nname = "d"\nvcs = { type = "git", url = "https://example.org/d.git", commit-id = "abc" }\n`,
      `[[packages]]\nname = "e"\narchive = { url = "https://example.org/e.zip", ${HASHES} }\n`,
      `[[packages]]\nname = "f"\nversion = "1"\nwheels = [{ path = "wheels/f-1-py3-none-any.whl", ${HASHES} }]\n`,
      '[[packages]]\nname = "demo"\ndirectory = { path = ".", editable = true }\n',
    ];

    const { texts, git, files, python, findings } = read(pylock(packages.join(''), { metadata }));

    expect(findings).toEqual([]);
    expect(texts[0]?.split('\n').slice(2, -1)).toEqual([
      '--extra-index-url https://packages.example.org/simple',
      '--find-links file:///src/wheels',
      '--find-links https://files.example.org/x-1-py3-none-any.whl',
      'a==1 \\',
      `    --hash=${A}`,
      'c==1 ; sys_platform == "linux" and (python_version < "3" or python_version >= "3") \\',
      `    --hash=${A}`,
      'e @ https://example.org/e.zip \\',
      `    --hash=${A}`,
      'f==1 \\',
      `    --hash=${A}`,
    ]);
    expect(texts[1]).toContain('\nd @ git+https://example.org/d.git@abc\n');
    expect({ git, files, python }).toEqual({
      git: 'd',
      files: ['wheels/f-1-py3-none-any.whl'],
      python: { specifiers: '>=3.10', file: 'pylock.toml' },
    });
  });

  it('asks first whether the environment is one that it is for', () => {
    const metadata = 'lock-version = "1.0"\nenvironments = ["sys_platform == \'linux\'"]';

    const { texts } = read(pylock(`[[packages]]\nname = "a"\nversion = "1"\n${WHEEL}\n`, { metadata }));

    expect(texts[0]).toContain(`\nenvironments = ["sys_platform == 'linux'"]\n`);
  });

  it.each<[string, readonly string[], string | undefined, readonly string[]]>([
    ['alone', ['pylock.train.toml'], 'pylock.train.toml', []],
    ['beside the one without', ['pylock.train.toml', 'pylock.toml'], 'pylock.toml', []],
    ['beside another', ['pylock.a.toml', 'pylock.b.toml'], undefined, ['two-locks']],
  ])('with a name of its own is found %s', (_, names, path, codes) => {
    const files = Object.assign({}, ...names.map((name) => pylock('', { name })));

    const found = read(files);

    expect(found.path).toBe(path);
    expect(found.findings.map(({ code }) => code)).toEqual(codes);
  });
});

describe('a lock', () => {
  const EMPTY_HASH = '0'.repeat(64);

  it.each<[string, Files, string, object]>([
    ['of Poetry without its project', { 'poetry.lock': '' }, 'file-not-found', {}],
    ['of a Poetry before 1', poetry('', { version: '0.9' }), 'lock-format', { file: 'poetry.lock' }],
    [
      'of Poetry 1 whose versions cannot be told apart',
      poetry('[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "a"\nversion = "2"\n', {
        version: '2.0',
        project: `${POETRY}a = "^3 || latest"\n`,
      }),
      'lock-format',
      { file: 'poetry.lock' },
    ],
    ['of a later Poetry', poetry('', { version: '3.0' }), 'lock-format', { file: 'poetry.lock' }],
    [
      'of Poetry made from another project',
      { ...poetry(''), 'poetry.lock': `[metadata]\nlock-version = "2.1"\ncontent-hash = "${EMPTY_HASH}"\n` },
      'lock-stale',
      { file: 'poetry.lock' },
    ],
    [
      'of Poetry with a folder',
      poetry(`[[package]]\nname = "a"\n${MAIN}[package.source]\ntype = "directory"\nurl = "../a"\n`),
      'local-requirement',
      { file: 'poetry.lock', line: 2 },
    ],
    [
      'of Poetry with an option for a version',
      poetry('[[package]]\nname = "a"\nversion = "1\\n--index-url=x"\ngroups = ["main"]\n'),
      'lock-format',
      { file: 'poetry.lock', line: 2 },
    ],
    [
      'of Poetry with a password',
      poetry(
        `[[package]]\nname = "a"\n${MAIN}[package.source]\ntype = "legacy"\nurl = "https://me:secret@example.org/"\n`,
      ),
      'password-in-file',
      { file: 'poetry.lock' },
    ],
    ['of PDM without its project', { 'pdm.lock': '' }, 'file-not-found', {}],
    ['of PDM without groups', pdm('', { metadata: 'lock_version = "4.5.0"' }), 'lock-format', {}],
    ['of an old PDM', pdm('', { metadata: 'lock_version = "4.3"' }), 'lock-format', {}],
    [
      'of PDM made from another project',
      pdm('', { metadata: `strategy = ["inherit_metadata"]\nlock_version = "4.5.0"\ncontent_hash = "${A}"` }),
      'lock-stale',
      { file: 'pdm.lock' },
    ],
    [
      'of PDM with a folder',
      pdm(`[[package]]\nname = "a"\n${DEFAULT}path = "./a"\neditable = true\n`),
      'local-requirement',
      { file: 'pdm.lock', line: 5 },
    ],
    ['of a later format', pylock('', { metadata: 'lock-version = "2.0"' }), 'lock-format', {}],
    [
      'with a folder beside the project',
      pylock('[[packages]]\nname = "a"\ndirectory = { path = "sub" }\n'),
      'local-requirement',
      { file: 'pylock.toml', line: 3 },
    ],
    [
      'with an environment that is no marker',
      pylock('', { metadata: 'lock-version = "1.0"\nenvironments = ["$(id)"]' }),
      'lock-format',
      {},
    ],
    [
      'of a script with a folder',
      {
        'train.py': '# /// script\n# dependencies = ["a"]\n# ///\n',
        'train.py.lock': '[[package]]\nname = "a"\nsource = { editable = "a" }\n',
      },
      'local-requirement',
      { file: 'train.py.lock' },
    ],
    ['of pipenv that is no JSON', { 'Pipfile.lock': '{\n' }, 'json', { file: 'Pipfile.lock' }],
    ['of an old pipenv', { 'Pipfile.lock': '{"_meta":{"pipfile-spec":5}}' }, 'lock-format', {}],
    [
      'of pipenv made from another Pipfile',
      {
        ...pipfile({}, { hash: { sha256: EMPTY_HASH } }),
        Pipfile: '[[source]]\nurl = "https://example.org"\n[packages]\na = "*"\n',
      },
      'lock-stale',
      {},
    ],
    [
      'of pipenv with a folder',
      pipfile({ a: { path: './a', editable: true } }),
      'local-requirement',
      { file: 'Pipfile.lock', line: 6 },
    ],
  ])('%s is refused', (_, files, code, location) => {
    const { findings } = read(files);

    expect(findings.map((finding) => finding.code)).toEqual([code]);
    if (Object.keys(location).length > 0) expect(findings[0]?.location).toEqual(location);
  });
});
