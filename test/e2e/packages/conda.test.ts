import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Descriptor,
  type LayerEntry,
  readImage,
  readLayer,
  type StoredImage,
} from '../support/images/images.ts';
import { type AnsweredJob, type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';
import { type CondaPackage, PLACEHOLDER, startCondaChannel } from '../support/servers/conda-channel.ts';

const OLD = new URL('fixtures/conda/oldhello-0.1-0.tar.bz2', import.meta.url);

const parts = await startParts({ name: 'conda' });
const channel = await startCondaChannel();
/** Reads channels by name from ours. */
const defaults = `${parts.defaults}.conda.yml`;

await writeFile(
  defaults,
  `mirrors: { docker.io: "${parts.registry.host}", conda.anaconda.org: "${channel.host}" }\n`,
);
await channel.publish(
  hello('one'),
  {
    name: 'hello',
    version: '1.2',
    build: 'h1_0',
    subdir: 'linux-64',
    depends: ['libhello >=1,<2', '__glibc >=2.17'],
    files: { 'bin/hello': `#!/bin/sh\necho "hello from ${PLACEHOLDER} $(cat ${PLACEHOLDER}/lib/hello)"\n` },
  },
  {
    name: 'cudahello',
    version: '1.0',
    subdir: 'linux-64',
    depends: ['__cuda >=12,<13', 'oldhello'],
    files: { 'bin/cudahello': '#!/bin/sh\necho cuda\n', 'bin/.cudahello-post-link.sh': 'exit 1\n' },
  },
  { name: 'oldhello', version: '0.1', subdir: 'linux-64', files: {}, archive: await readFile(OLD) },
  // The base's own Python, by a link: what stands for a whole CPython in these tests.
  {
    name: 'python',
    version: '3.13.0',
    subdir: 'linux-64',
    files: { 'bin/python3': { link: '/usr/bin/python3' }, 'bin/python3.13': { link: '/usr/bin/python3' } },
  },
  {
    name: 'greeting',
    version: '2.0',
    subdir: 'noarch',
    depends: ['python >=3.9'],
    files: {
      'site-packages/greeting/__init__.py': 'WORD = "servus"\n',
      'site-packages/greeting/__pycache__/__init__.cpython-313.pyc': 'holds a time',
    },
  },
);

afterAll(async () => {
  await Promise.all([parts, channel].map((one) => one[Symbol.asyncDispose]()));
});

function hello(word: string, version = '1.0'): CondaPackage {
  return { name: 'libhello', version, subdir: 'linux-64', files: { 'lib/hello': `${word}\n` } };
}

/** Steps reach the channel, which listens on this machine alone. */
function call(folder: string, command: string, ...words: readonly string[]): Promise<Ended> {
  const to = ['--registry', `${parts.registry.host}/conda/train`, '--defaults', defaults];
  const env = { ...parts.env, JOBIMG_BUILD_NETWORK: 'host' };
  return jobimg([command, ...to, ...words], { cwd: folder, env });
}

async function built(folder: string, ...words: readonly string[]): Promise<AnsweredJob> {
  return onlyJob(await call(folder, 'build', '--json', ...words));
}

function environmentOf({ environment }: AnsweredJob): Promise<StoredImage> {
  return readImage(parts.registry, environment?.reference ?? '');
}

/** The layers that stand on the base, which is one of its own. */
function ownLayers({ manifest }: StoredImage): readonly Descriptor[] {
  return manifest.layers.slice(1);
}

async function entriesOf(image: StoredImage): Promise<readonly LayerEntry[]> {
  const layers = ownLayers(image).map((layer) => readLayer(parts.registry, image.repository, layer));
  return (await Promise.all(layers)).flat();
}

function pinOf(name: string): string {
  const { path, sha256 } = channel.published(name);
  return `${name} @ https://conda.anaconda.org${path} --hash=sha256:${sha256}`;
}

const IMPORT = `python -c "
import sys
sys.path.append('/opt/conda/lib/python3.13/site-packages')
import greeting, six
print(greeting.WORD, six.__version__)"`;

const FILES: Files = {
  'jobimg.yml': `name: train
run:
  - hello
  - echo "$GREETING from $CONDA_PREFIX"
  - |
    ${IMPORT.replaceAll('\n', '\n    ')}
`,
  'environment.yml': `name: train
channels: [team, nodefaults]
dependencies:
  - hello >=1
  - greeting
  - pip: [six==1.17.0]
variables: { GREETING: moin }
`,
};

describe('a repository with an environment.yml', () => {
  let ended: Ended;

  beforeAll(async () => {
    await using repository = await repositoryWith({ files: FILES });
    ended = await call(repository.folder, 'run', '--json');
  });

  it('gets its conda packages and those of pip, and its variables', () => {
    expect(onlyJob(ended).image.result).toBe('pushed');
    expect(ended.stderr).toContain('hello from /opt/conda one');
    expect(ended.stderr).toContain('moin from /opt/conda');
    expect(ended.stderr).toContain('servus 1.17.0');
  });

  it('gets the same digest from another build without a cache, with nothing of the day in it', async () => {
    await using repository = await repositoryWith({ files: FILES });

    const first = await environmentOf(onlyJob(ended));
    const second = await environmentOf(await built(repository.folder, '--rebuild'));
    const entries = await entriesOf(first);

    expect(second.digest).toBe(first.digest);
    const paths = entries.map(({ path }) => path);
    expect(
      paths.filter((path) => /^tmp\/.|^root\/\.cache|^opt\/conda\/(?:pkgs|CACHEDIR)/.test(path)),
    ).toEqual([]);
    const meta = entries.filter(
      ({ path }) => path.startsWith('opt/conda/conda-meta/') && !path.endsWith('/'),
    );
    expect(meta.map(({ path, mode }) => [path.split('/').at(-1), mode])).toEqual([
      ['greeting-2.0-0.json', 0o644],
      ['hello-1.2-h1_0.json', 0o644],
      ['history', 0o644],
      ['libhello-1.0-0.json', 0o644],
      ['python-3.13.0-0.json', 0o644],
    ]);
    expect(meta.map(({ content }) => content.toString()).join('')).not.toMatch(/\/tmp\/|127\.0\.0\.1|\.pyc/);
    const bytecode = entries.filter(({ path }) => /^opt\/conda\/.*\.pyc$/.test(path));
    // https://peps.python.org/pep-0552/: by hash, and not checked at import.
    expect(bytecode.map(({ content }) => content.readUInt32LE(4))).toEqual(bytecode.map(() => 1));
  });

  it('is locked: a locked build has the same bytes, and has them still when the channel has moved on', async () => {
    await using repository = await repositoryWith({ files: FILES });
    const open = await environmentOf(onlyJob(ended));

    const made = await call(repository.folder, 'lock');
    const lock = await readFile(join(repository.folder, 'jobimg.lock'), 'utf8');
    const pins = ['greeting', 'hello', 'libhello', 'python'].map(pinOf);
    await channel.publish(hello('two', '1.1'));
    const locked = await environmentOf(await built(repository.folder));
    const checked = await call(repository.folder, 'lock', '--check');
    const renewed = await call(repository.folder, 'lock');
    const moved = await call(repository.folder, 'run');
    await repository.write({ 'environment.yml': String(FILES['environment.yml']).replace('>=1', '>=1.1') });
    const stale = await call(repository.folder, 'lock', '--check');

    expect(made.code).toBe(0);
    const { packages } = JSON.parse(lock) as { packages: readonly Record<string, unknown>[] };
    expect(packages.map(({ step, conda, pip }) => ({ step, conda, pip }))).toEqual([
      {
        step: 'environment.yml',
        conda: pins,
      },
      { step: 'environment.yml (pip)', pip: [expect.stringMatching(/^six==1\.17\.0 --hash=sha256:/)] },
    ]);
    // The layer of the packages; the text of its step is another one.
    expect(ownLayers(locked)[1]?.digest).toBe(ownLayers(open)[1]?.digest);
    expect(checked.code).toBe(0);
    expect(renewed.stderr + renewed.stdout).toContain('libhello (environment.yml): 1.0-0 → 1.1-0');
    expect(moved.stderr + moved.stdout).toContain('hello from /opt/conda two');
    expect(stale.code).toBe(1);
    expect(stale.stderr).toContain('the versions of "environment.yml" in jobimg.lock were chosen for other');
  });
});

describe('a list of conda packages', () => {
  it('is installed beside what pip installs, for the GPU that a job asks for and not for the one of the builder', async () => {
    const image = 'image: { conda: ["team::cudahello"], packages: [six==1.17.0] }';
    const run = 'run: [cudahello, oldhello, python -m pip --version]';
    await using repository = await repositoryWith({ files: { 'jobimg.yml': `${run}\ngpu: 1\n${image}\n` } });
    await using without = await repositoryWith({ files: { 'jobimg.yml': `${run}\n${image}\n` } });

    const [withGpu, withoutGpu] = [
      // What a step says is not in the cache.
      await call(repository.folder, 'build', '--rebuild'),
      await call(without.folder, 'build'),
    ];

    expect(withGpu.code).toBe(0);
    expect(withGpu.stdout + withGpu.stderr).toContain(
      'these scripts of packages are not run: .cudahello-post-link.sh',
    );
    expect(withoutGpu.code).toBe(3);
    expect(withoutGpu.stderr).toContain('__cuda');
    expect(withoutGpu.stderr).not.toContain('Traceback');
  });
});

const SIX =
  'https://files.pythonhosted.org/packages/b7/ce/149a00dd41f10bc29e5921b496af8b574d8413afcd5e30dfa0ed46c2cc5e/six-1.17.0-py2.py3-none-any.whl';
const SIX_HASH = '4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274';

const RUN = `run: [oldhello, 'python -c "import six; print(six.__version__)"']\n`;

describe('a lock of conda', () => {
  it('pixi.lock is installed as it is, with its packages of PyPI', async () => {
    const { url, sha256 } = channel.published('oldhello');
    const lock = `version: 6
environments:
  default:
    channels:
    - url: ${channel.url}/
    indexes:
    - https://pypi.org/simple
    packages:
      linux-64:
      - conda: ${url}
      - pypi: ${SIX}
packages:
- conda: ${url}
  sha256: ${sha256}
- pypi: ${SIX}
  name: six
  version: 1.17.0
  sha256: ${SIX_HASH}
`;
    await using repository = await repositoryWith({ files: { 'jobimg.yml': RUN, 'pixi.lock': lock } });

    const ended = await call(repository.folder, 'run');

    expect(ended.code).toBe(0);
    expect(ended.stdout + ended.stderr).toMatch(/^old$[\s\S]*^1\.17\.0$/m);
  });

  it('conda-lock.yml is installed as it is, and not when an archive is another one', async () => {
    const { url, md5, sha256 } = channel.published('oldhello');
    const lock = `version: 1
metadata:
  content_hash: { linux-64: abc }
  channels:
  - url: team
    used_env_vars: []
  platforms:
  - linux-64
  sources: [environment.yml]
package:
- name: oldhello
  version: '0.1'
  manager: conda
  platform: linux-64
  dependencies: {}
  url: ${url}
  hash:
    md5: ${md5}
    sha256: ${sha256}
  category: main
  optional: false
- name: six
  version: 1.17.0
  manager: pip
  platform: linux-64
  dependencies: {}
  url: ${SIX}
  hash:
    sha256: ${SIX_HASH}
  category: main
  optional: false
`;
    await using repository = await repositoryWith({ files: { 'jobimg.yml': RUN, 'conda-lock.yml': lock } });

    const ended = await call(repository.folder, 'run');
    await repository.write({ 'conda-lock.yml': lock.replace(sha256, '0'.repeat(64)) });
    const refused = await call(repository.folder, 'build');

    expect(ended.code).toBe(0);
    expect(ended.stdout + ended.stderr).toMatch(/^old$[\s\S]*^1\.17\.0$/m);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(`has the sha256 ${sha256}, and ${'0'.repeat(64)} was expected`);
  });
});
