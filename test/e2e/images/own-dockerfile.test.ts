import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Files, type Repository, repositoryWith } from '../support/repository.ts';

const FRESH = `${process.pid}-${performance.timeOrigin}`;

/** Its Python is in a virtual environment with a package, its lines run in another shell, and its user is not root. */
const DOCKERFILE = `FROM python:3.13-slim-bookworm
RUN echo 'worker:x:4711:4711::/tmp:/bin/sh' >> /etc/passwd && python3 -m venv /app/venv
RUN echo 'value = "of the Dockerfile"' > "$(echo /app/venv/lib/python3*/site-packages)/inside.py"
ENV PATH=/app/venv/bin:$PATH FRESH=${FRESH}
SHELL ["/bin/false"]
USER worker
`;

describe('layers on top of your own Dockerfile', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'own-dockerfile', auth: 'none', bases: ['python', 'busybox'] });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  function call(command: string, { folder }: Repository, ...more: readonly string[]): Promise<Ended> {
    const words = [command, '--registry', 'none', '--defaults', parts.defaults, ...more];
    return jobimg(words, { cwd: folder, env: parts.env });
  }

  async function runOf(files: Files): Promise<Ended> {
    await using repository = await repositoryWith({ files });
    return await call('run', repository, '--json');
  }

  it('install packages beside what the file has, run as root, and give its user back', async () => {
    const ended = await runOf({
      Dockerfile: DOCKERFILE,
      'jobimg.yml': `run: [cat /etc/built built.txt, python main.py, 'echo "$LANG as $(id -un)"']
image:
  dockerfile: Dockerfile
  apt: [less]
  requirements: extra.txt
  packages: [idna==3.10]
  build: ["{ command -v less; id -u; } > /etc/built"]
  setup: ["tr a-z A-Z < code.txt > built.txt"]
  install: project
  lang: C
`,
      'extra.txt': 'six==1.17.0\n',
      'code.txt': 'made by setup\n',
      'pyproject.toml':
        '[project]\nname = "demo"\nversion = "1"\n[tool.setuptools]\npy-modules = ["whole"]\n[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
      'whole.py': 'value = "the project"\n',
      'main.py':
        'import idna, inside, six, whole\nprint(six.__version__, idna.__version__, inside.value, whole.__file__.startswith("/opt/venv"))\n',
    });

    expect(ended.stderr).toMatch(
      /^\/usr\/bin\/less\n0\nMADE BY SETUP\n1\.17\.0 3\.10 of the Dockerfile \w+\nC as worker$/m,
    );
    expect(ended.code).toBe(0);
  });

  it('use the virtual environment of the file that is at their place', async () => {
    const ended = await runOf({
      Dockerfile: `FROM python:3.13-slim-bookworm
ENV FRESH=${FRESH}
RUN python3 -m venv --without-pip /opt/venv && echo 'value = "kept"' > "$(echo /opt/venv/lib/python3*/site-packages)/inside.py"
`,
      'jobimg.yml':
        'run: python -c "import inside, six; print(inside.value, six.__version__)"\nimage: { dockerfile: Dockerfile, packages: [six==1.17.0] }\n',
    });

    expect(ended.stderr).toMatch(/^kept 1\.17\.0$/m);
    expect(ended.code).toBe(0);
  });

  it.each([
    ['apt: [less]', 'the base has no apt-get: "apt" needs a base of Debian or Ubuntu'],
    ['packages: [six]', 'the base has no apt-get: it also has no Python with "venv"'],
  ])('say what the image lacks for %s', async (layer, message) => {
    const ended = await runOf({
      Dockerfile: `FROM busybox:latest\nENV FRESH=${FRESH}\n`,
      'jobimg.yml': `run: echo\nimage: { dockerfile: Dockerfile, ${layer} }\n`,
    });

    expect(ended.code).toBe(125);
    expect(ended.stderr).toContain(message);
  });

  it('are locked in the stage that they stand on, with its bases', async () => {
    await using repository = await repositoryWith({
      files: {
        Dockerfile: `${DOCKERFILE}FROM busybox:latest AS last\n`,
        'jobimg.yml':
          'run: python -c "import six"\nimage: { dockerfile: Dockerfile, target: "0", apt: [less], packages: [six], lock: required }\n',
      },
    });

    const refused = await call('build', repository);
    const made = await call('lock', repository);
    const { bases, packages } = JSON.parse(await readFile(join(repository.folder, 'jobimg.lock'), 'utf8'));
    const built = await call('run', repository);
    await repository.write({ Dockerfile: `# a comment\n${DOCKERFILE}FROM busybox:latest AS last\n` });
    const commented = await call('lock', repository, '--check');
    await repository.write({ Dockerfile: `${DOCKERFILE}RUN true\nFROM busybox:latest AS last\n` });
    const edited = await call('lock', repository, '--check');

    expect([refused.code, made.code, built.code, commented.code, edited.code]).toEqual([1, 0, 0, 0, 1]);
    expect(Object.keys(bases)).toEqual([
      'docker.io/library/busybox:latest',
      'docker.io/library/python:3.13-slim-bookworm',
    ]);
    expect(packages).toEqual([
      expect.objectContaining({ step: 'apt', base: 'Dockerfile' }),
      expect.objectContaining({ step: 'packages', pip: [expect.stringMatching(/^six==\S+ --hash/)] }),
      expect.objectContaining({ step: 'python from apt', apt: [] }),
    ]);
    expect(edited.stderr).toContain('the versions of "apt" in jobimg.lock were chosen for other');
  });
});
