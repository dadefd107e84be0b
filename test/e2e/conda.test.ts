import { writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { type CondaChannel, PLACEHOLDER, startCondaChannel } from './support/conda-channel.ts';
import { type Ended, jobimg, onlyJob } from './support/jobimg.ts';
import { startParts } from './support/parts.ts';
import { type Files, repositoryWith } from './support/repository.ts';

jest.setTimeout(300_000);

const parts = await startParts({ name: 'conda' });
const channel = await startCondaChannel();
/** Reads channels by name from ours. */
const defaults = `${parts.defaults}.conda.yml`;

await writeFile(
  defaults,
  `mirrors: { docker.io: "${parts.registry.host}", conda.anaconda.org: "${channel.host}" }\n`,
);
await publishAll(channel);

afterAll(async () => {
  await Promise.all([parts, channel].map((one) => one[Symbol.asyncDispose]()));
});

function publishAll({ publish }: CondaChannel): Promise<void> {
  return publish(
    {
      name: 'hello',
      version: '1.2',
      build: 'h1_0',
      subdir: 'linux-64',
      depends: ['libhello >=1,<2', '__glibc >=2.17'],
      files: { 'bin/hello': `#!/bin/sh\necho "hello from ${PLACEHOLDER} $(cat ${PLACEHOLDER}/lib/hello)"\n` },
    },
    { name: 'libhello', version: '1.0', subdir: 'linux-64', files: { 'lib/hello': 'one\n' } },
    {
      name: 'cudahello',
      version: '1.0',
      subdir: 'linux-64',
      depends: ['__cuda >=12,<13'],
      files: { 'bin/cudahello': '#!/bin/sh\necho cuda\n' },
    },
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
}

const to = (repository: string) => ['--registry', `${parts.registry.host}/${repository}`];

function call(folder: string, command: string, ...words: readonly string[]): Promise<Ended> {
  return jobimg([command, ...to('conda/train'), '--defaults', defaults, ...words], {
    cwd: folder,
    env: { ...parts.env, JOBIMG_BUILD_NETWORK: 'host' },
  });
}

const SPEC = `name: train
run: |
  hello
  echo "$GREETING from $CONDA_PREFIX"
  python -c "import sys; sys.path.append('/opt/conda/lib/python3.13/site-packages'); import greeting, six; print(greeting.WORD, six.__version__)"
`;
const FILES: Files = {
  'jobimg.yml': SPEC,
  'environment.yml': `name: train
channels: [team, nodefaults]
dependencies:
  - hello >=1
  - greeting
  - pip
  - pip: [six==1.17.0]
variables: { GREETING: moin }
`.replace('  - pip\n', ''),
};

describe('a repository with an environment.yml', () => {
  it('gets its conda packages and those of pip, and its variables', async () => {
    await using repository = await repositoryWith({ files: FILES });

    const ended = await call(repository.folder, 'run', '--json');

    expect(onlyJob(ended).image.made).toBe('pushed');
    expect(ended.stderr).toContain('hello from /opt/conda one');
    expect(ended.stderr).toContain('moin from /opt/conda');
    expect(ended.stderr).toContain('servus 1.17.0');
  });
});
