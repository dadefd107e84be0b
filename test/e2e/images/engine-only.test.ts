import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureDocker } from '../../engine/docker/docker.ts';
import { docker } from '../support/images/containers.ts';
import { readRequests } from '../support/images/images.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { onlyPrograms } from '../support/programs.ts';
import { type Files, type Repository, repositoryWith } from '../support/repository.ts';

/** So that each run of the tests builds anew, whatever the engine keeps from the one before. */
const FRESH = `${process.pid}-${performance.timeOrigin}`;

describe('without any registry: images stay in the local engine and the code is put into the container', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'engine-only', auth: 'none', bases: ['python', 'busybox'] });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  function call(
    command: string,
    repository: Repository,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const words = [command, '--registry', 'none', '--defaults', parts.defaults, '--json'];
    return jobimg(words, { cwd: repository.folder, env: { ...parts.env, ...env } });
  }

  async function runOf(files: Files, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    await using repository = await repositoryWith({ files });
    return await call('run', repository, env);
  }

  it('builds the environment once; edited code builds nothing and needs no docker program', async () => {
    await using programs = await onlyPrograms();
    await using repository = await repositoryWith({
      files: {
        'jobimg.yml': `run: python main.py\nimage: { env: { FRESH: "${FRESH}" } }\n`,
        'main.py': 'print("first version")\n',
      },
    });

    const first = await call('run', repository);
    await repository.write({ 'main.py': 'print("second version")\n' });
    const second = await call('run', repository, { PATH: programs.path });

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.stderr).toMatch(/^first version$/m);
    expect(second.stderr).toMatch(/^second version$/m);
    expect(onlyJob(first).image).toMatchObject({
      result: 'built',
      digest: null,
      reference: expect.stringMatching(/^sha256:/),
    });
    expect(onlyJob(second).image).toEqual({
      ...onlyJob(first).image,
      result: 'found',
      cache: 'image',
      why: 'nothing changed',
    });
    expect(
      (await readRequests(parts.registry)).every(
        ({ method, path }) => /GET|HEAD/.test(method) || path.includes('/library/'),
      ),
    ).toBe(true);
  });

  it('gives two starts of one new environment the same image, also at the same moment', async () => {
    for (const round of [1, 2, 3]) {
      const files = {
        'jobimg.yml': `run: cat /opt/built.txt\nimage: { base: busybox, build: ["mkdir -p /opt; echo ${FRESH}-${round} > /opt/built.txt"] }\n`,
      };
      await using repository = await repositoryWith({ files });

      const both = await Promise.all([call('run', repository), call('run', repository)]);

      expect(both.map(({ code, stderr }) => (code === 0 ? code : stderr))).toEqual([0, 0]);
      const ids = both.map((one) => onlyJob(one).image['engine-id']);
      expect(new Set(ids).size).toBe(1);
    }
  });

  it('needs no containerd store where nothing is pushed', async () => {
    const classic = await ensureDocker({ name: 'classic', containerdStore: false });

    const ended = await runOf(
      {
        'jobimg.yml': `run: cat code.txt built.txt\nimage: { base: busybox, setup: ["echo built > built.txt"] }\n`,
        'code.txt': 'on the old store\n',
      },
      { DOCKER_HOST: classic.host },
    );

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^on the old store\nbuilt$/m);
  });

  it('runs steps after the code on the engine', async () => {
    const ended = await runOf({
      'jobimg.yml': `run: cat built.txt\nimage:\n  env: { FRESH: "${FRESH}" }\n  setup: ["tr a-z A-Z < main.txt > built.txt"]\n`,
      'main.txt': 'made by setup\n',
    });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^MADE BY SETUP$/m);
  });

  it('uses an image by reference as it is, with the code in its work directory', async () => {
    const ended = await runOf({
      'jobimg.yml': `run: python3 main.py\nimage: ${parts.python?.reference}\n`,
      'main.py': 'print("in an image as it is")\n',
    });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^in an image as it is$/m);
    expect(onlyJob(ended)).toMatchObject({ image: { result: 'given' }, environment: null });
  });

  it('starts with `sh` where the image has no bash, and says so', async () => {
    const ended = await runOf({ 'jobimg.yml': `run: echo "from $0"\nimage: ${parts.busybox?.reference}\n` });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/no bash/);
    expect(ended.stderr).toMatch(/^from sh$/m);
  });

  it('builds your own Dockerfile: its stage, its arguments, its environment, its work directory', async () => {
    const ended = await runOf({
      'jobimg.yml':
        'run: pwd; echo "$GREETING"; cat /made; ls\nimage: { dockerfile: docker/Dockerfile, target: job, args: { WHO: ada } }\n',
      'docker/Dockerfile': `FROM python:3.13-slim-bookworm AS base
ARG WHO=nobody
RUN echo "made for $WHO" > /made
FROM base AS job
ENV GREETING="hello from the stage"
WORKDIR /somewhere
ENTRYPOINT ["/bin/false"]
FROM base AS other
RUN false
`,
      'code.txt': '',
    });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^\/somewhere\nhello from the stage\nmade for ada\ncode\.txt/m);
  });

  const DEPENDENCIES: readonly { readonly what: string; readonly files: Files; readonly says: RegExp }[] = [
    {
      what: 'requirements.txt with -r and -c',
      files: {
        'jobimg.yml': 'run: python -c "import six; print(six.__version__)"\n',
        'requirements.txt': '-r more/base.txt\n-c limits.txt\n',
        'more/base.txt': 'six\n',
        'limits.txt': 'six==1.16.0\n',
      },
      says: /^1\.16\.0$/m,
    },
    {
      what: 'pyproject.toml',
      files: {
        'jobimg.yml': 'run: python -c "import six; print(six.__version__)"\n',
        'pyproject.toml':
          '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["six==1.17.0"]\n',
      },
      says: /^1\.17\.0$/m,
    },
    {
      what: 'a PEP 723 header',
      files: {
        'jobimg.yml': 'run: python count.py\n',
        'count.py':
          '# /// script\n# requires-python = ">=3.11"\n# dependencies = ["six==1.17.0"]\n# ///\nimport six\nprint("with", six.__version__)\n',
      },
      says: /^with 1\.17\.0$/m,
    },
    {
      what: 'packages of the spec',
      files: {
        'jobimg.yml':
          'run: python -c "import six; print(six.__version__)"\nimage: { packages: ["six>=1.16,<1.17"] }\n',
      },
      says: /^1\.16\.0$/m,
    },
    {
      what: 'uv.lock',
      files: {
        'jobimg.yml': 'run: python -c "import six; print(six.__version__)"\n',
        'pyproject.toml':
          '[project]\nname = "demo"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["six"]\n',
        'uv.lock': readFileSync(new URL('../packages/fixtures/uv/uv.lock', import.meta.url), 'utf8'),
      },
      says: /^1\.17\.0$/m,
    },
    {
      what: 'apt packages',
      files: { 'jobimg.yml': 'run: less --version | head -n 1\nimage: { apt: [less] }\n' },
      says: /^less \d+/m,
    },
  ];

  it.each(DEPENDENCIES)('installs $what', async ({ files, says }) => {
    const ended = await runOf(files);

    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(0);
  });

  it('gives a build step its secret, and keeps it nowhere', async () => {
    const value = `hidden-${FRESH}`;
    const ended = await runOf(
      {
        'jobimg.yml': `run: cat /length; test -z "$TOKEN"
image:
  base: busybox
  env: { FRESH: "${FRESH}" }
  secrets: [TOKEN]
  build:
    - { run: 'printf %s "$TOKEN" | wc -c > /length', secrets: [TOKEN] }
`,
      },
      { TOKEN: value },
    );
    const history = await docker(['image', 'inspect', onlyJob(ended).image.reference], parts.env);

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(new RegExp(`^${value.length}$`, 'm'));
    expect(history + ended.stdout + ended.stderr).not.toContain(value);
  });

  it.each([
    ['1000, named job, when nothing is said', '', 'uid=1000(job)'],
    ['root', 'user: root', 'uid=0(root)'],
    ['a number that the image does not know', 'user: "4242"', 'uid=4242'],
    ['a number and a group', 'user: "4242:4243"', 'uid=4242 gid=4243'],
    ['a name of the image', 'user: ada, build: ["echo ada:x:1234:1234::/:/bin/sh >> /etc/passwd"]', '(ada)'],
  ])('runs as %s, and may write where it works, at home and to its outputs', async (_, field, id) => {
    const image = ['base: busybox', field].filter(Boolean).join(', ');
    const ended = await runOf({
      'jobimg.yml': `run: |
  id; pwd
  mkdir wandb && echo ok > wandb/file && touch "$HOME/file" "$JOBIMG_OUTPUTS/file" code/new
image: { ${image} }
`,
      'code/a.txt': '',
    });

    expect(ended.stderr).toContain(id);
    expect(ended.stderr).toMatch(/^\/workspace$/m);
    expect(ended.code).toBe(0);
    expect(onlyJob(ended).runs[0]?.outputs).toEqual(['outputs/file']);
  });

  it('works in the directory that the spec names', async () => {
    const ended = await runOf({
      'jobimg.yml': 'run: pwd; ls; touch new\nimage: { base: busybox, workdir: /srv/job, user: "4242" }\n',
      'a.txt': '',
    });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^\/srv\/job\na\.txt/m);
  });
});
