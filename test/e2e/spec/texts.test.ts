import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { docker } from '../support/images/containers.ts';
import { readImage } from '../support/images/images.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';

/** Says what the run was given, as the scripts of the documents would use it. */
const TRAIN = `import os, sys
print('arguments', sys.argv[1:])
print('variables', os.environ.get('MY_ENV_VAR_KEY1'), os.environ.get('MY_ENV_VAR_KEY2'))
`;

/**
 * What five systems document of images, done with their own files and words. Images that no longer exist have a
 * stand-in, found by the `mirrors` of a defaults file.
 */
describe('what other systems document of images', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'texts', auth: 'basic', bases: ['python', 'busybox'] });
    await built('tensorflow/tensorflow:1.4.1-py3', { Dockerfile: ALONE });
    await withCertificates('acme/zenml:base-0.1.5');
    await oldUbuntu('library/ubuntu:14.04');
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  /** The stand-in for Python's image with the CAs of this machine: your own Dockerfile gets nothing of it by itself. */
  async function withCertificates(name: string): Promise<void> {
    await built(name, { Dockerfile: WITH_CERTIFICATES, 'ca.pem': await machineCa() });
  }

  /** Debian with an archive of its own that has the one package which the document installs. */
  async function oldUbuntu(name: string): Promise<void> {
    await built(name, { Dockerfile: OLD_UBUNTU });
  }

  async function built(name: string, files: Files): Promise<void> {
    await using repository = await repositoryWith({ files });
    const words = ['--tag', `${parts.registry.host}/${name}`, '--push', '--provenance=false'];
    const base = ['--build-arg', `BASE=${parts.python?.reference}`];
    await docker(['buildx', 'build', ...words, ...base, repository.folder], parts.env);
  }

  async function runOf(files: Files, words: readonly string[] = []): Promise<Ended> {
    await using repository = await repositoryWith({ files });
    const where = ['--registry', `${parts.registry.host}/texts/job`, '--defaults', parts.defaults, '--json'];
    return await jobimg(['run', ...where, ...words], { cwd: repository.folder, env: parts.env });
  }

  describe('Polyaxon', () => {
    const HEAD = 'version: 1\n\nkind: experiment\n\ndeclarations:\n  batch_size: 128\n  lr: 0.1\n';
    const CMD = 'python3 train.py --batch_size={{ batch_size }} --lr={{ lr }}';
    const ARGUMENTS = /^arguments \['--batch_size=128', '--lr=0\.1'\]$/m;

    it('a public image, customized by a build step before the code runs', async () => {
      const ended = await runOf({
        'polyaxonfile.yml': `---\n${HEAD}\nbuild:\n  image: tensorflow/tensorflow:1.4.1-py3\n  build_steps:\n    - pip install scikit-learn\n\nrun:\n  cmd: ${CMD}\n`,
        'train.py': `${TRAIN}from importlib.metadata import version\nprint('sklearn', version('scikit-learn'))\n`,
      });

      expect(ended.stderr).toMatch(ARGUMENTS);
      expect(ended.stderr).toMatch(/^sklearn \d/m);
      expect(ended.code).toBe(0);
    });

    it('environment variables of the image', async () => {
      const pairs = [1, 2].map((n) => `    - ['MY_ENV_VAR_KEY${n}', 'MY_ENV_VAR_VALUE${n}']\n`).join('');
      const path = "    - ['PATH', '/opt/more:$PATH']\n";

      const ended = await runOf({
        'polyaxonfile.yml': `---\n${HEAD}\nbuild:\n  image: tensorflow/tensorflow:1.4.1-py3\n  build_steps:\n    - pip install six\n  env_vars:\n${pairs}${path}\nrun:\n  cmd: ${CMD}\n`,
        'train.py': TRAIN,
      });

      expect(ended.stderr).toMatch(/^variables MY_ENV_VAR_VALUE1 MY_ENV_VAR_VALUE2$/m);
      const image = await readImage(parts.registry, onlyJob(ended).image.reference);
      expect(image.config.config.Env).toContain('MY_ENV_VAR_KEY1=MY_ENV_VAR_VALUE1');
      expect(image.config.config.Env).toContainEqual(expect.stringMatching(/^PATH=\/opt\/more:\/usr\//));
    });

    it('polyaxon_requirements.txt, installed by a step of the older form', async () => {
      const ended = await runOf({
        'polyaxonfile.yml': `---\n${HEAD}\nrun:\n  image: tensorflow/tensorflow:1.4.1-py3\n  build_steps:\n    - pip install -r polyaxon_requirements.txt\n  cmd: ${CMD}\n`,
        'polyaxon_requirements.txt': 'six==1.17.0\n',
        'train.py': `${TRAIN}import six\nprint('six', six.__version__)\n`,
      });

      expect(ended.stderr).toMatch(/^six 1\.17\.0$/m);
      expect(ended.stderr).toMatch(ARGUMENTS);
    });

    it('polyaxon_setup.sh, started by a step without an executable bit', async () => {
      const ended = await runOf({
        'polyaxonfile.yml': `---\n${HEAD}\nrun:\n  image: tensorflow/tensorflow:1.4.1-py3\n  build_steps:\n    - ./polyaxon_setup.sh\n  cmd: cat /opt/made && ${CMD}\n`,
        'polyaxon_setup.sh': '#!/bin/sh\necho "made by setup" > /opt/made\n',
        'train.py': TRAIN,
      });

      expect(ended.stderr).toMatch(/^made by setup$/m);
      expect(ended.stderr).toMatch(ARGUMENTS);
    });

    it('a public image as it is', async () => {
      const ended = await runOf({
        'polyaxonfile.yml': `---\n${HEAD}\nbuild:\n  image: tensorflow/tensorflow:1.4.1-py3\n\nrun:\n  cmd: ${CMD}\n`,
        'train.py': TRAIN,
      });

      expect(ended.stderr).toMatch(ARGUMENTS);
    });
  });

  describe('ZenML', () => {
    const SPEC =
      'run: python -c "import six; print(\'custom\', six.__version__)"; ls\nimage: { dockerfile: Dockerfile }\n';
    const FROM = 'FROM registry.example.com/acme/zenml:base-0.1.5';
    const REST =
      '\n\nADD . .  # adds your working directory to the resulting Docker Image\nRUN pip install -r requirements.txt  # install your custom requirements\n';
    const MIRROR = 'registry.example.com';

    function files(dockerfile: string): Files {
      return {
        'jobimg.yml': SPEC,
        Dockerfile: dockerfile,
        'requirements.txt': 'six==1.17.0\n',
        'defaults.yml': `mirrors: { ${MIRROR}: "${parts.registry.host}" }\n`,
      };
    }

    it('a comment behind FROM is answered with what to write', async () => {
      const ended = await runOf(files(`${FROM}  # The ZenML Base Image${REST}`), [
        '--defaults',
        'defaults.yml',
      ]);

      expect(ended.code).toBe(125);
      expect(ended.stderr).toMatch(/Dockerfile:1(:\d+)?: error: .*#.* follows FROM/);
      expect(ended.stderr).toMatch(/→ .*line of its own/);
    });

    it('a comment behind ADD is answered with what to write', async () => {
      const ended = await runOf(files(`# The ZenML Base Image\n${FROM}${REST}`), [
        '--defaults',
        'defaults.yml',
      ]);

      expect(ended.code).toBe(125);
      expect(ended.stderr).toMatch(/Dockerfile:4(:\d+)?: error: .*#/);
      expect(ended.stderr).toMatch(/→ .*line of its own/);
    });

    it('the working directory added to an image of their own, and its requirements installed', async () => {
      const text = `# The ZenML Base Image\n${FROM}\n\n# adds your working directory\nADD . .\nRUN pip install -r requirements.txt  # install your custom requirements\n`;

      const ended = await runOf(files(text), ['--defaults', 'defaults.yml']);

      expect(ended.stderr).toMatch(/^custom 1\.17\.0$/m);
      expect(ended.stderr).toMatch(/Dockerfile:5(:\d+)?: warning: .*copies the whole repository/);
      expect(ended.code).toBe(0);
    });

    it('an image without an entry point: what runs is said when it starts', async () => {
      const ended = await runOf({ 'jobimg.yml': 'run: echo routed\n' });

      expect(ended.stderr).toMatch(/^routed$/m);
      const image = await readImage(parts.registry, onlyJob(ended).image.reference);
      expect(image.config.config).not.toHaveProperty('Entrypoint');
    });
  });

  describe('CodaLab', () => {
    const DOCKERFILE = `FROM ubuntu:14.04
MAINTAINER My Humble Self <me@humblepeople.com>
RUN apt-get -y update
RUN apt-get -y install python2.7
RUN mkdir -m 777 /user
RUN printf "export PYTHONPATH=src\\n" > /user/.bashrc
WORKDIR /user
`;

    it('the Dockerfile of its guide, word for word', async () => {
      const ended = await runOf({
        'jobimg.yml': 'run: python2.7; pwd; cat .bashrc\nimage: { dockerfile: Dockerfile }\n',
        Dockerfile: DOCKERFILE,
      });

      expect(ended.stderr).toMatch(/^Python 2\.7 \(stand-in\)\n\/user\nexport PYTHONPATH=src$/m);
      expect(ended.code).toBe(0);
    });

    it('a .bashrc, which no job reads here, is answered with what to write', async () => {
      const ended = await runOf({
        'jobimg.yml': 'run: "true"\nimage: { dockerfile: Dockerfile }\n',
        Dockerfile: DOCKERFILE,
      });

      expect(ended.stderr).toMatch(/Dockerfile:6(:\d+)?: notice: .*\.bashrc/);
    });

    it('an image that is chosen when the run is created', async () => {
      const ended = await runOf({ 'jobimg.yml': 'run: cat /etc/os-release | head -n 1; echo chosen\n' }, [
        '--override',
        `image=${parts.busybox?.reference}`,
      ]);

      expect(onlyJob(ended)).toMatchObject({ image: { result: 'given' }, environment: null });
      expect(ended.stderr).toMatch(/^chosen$/m);
    });
  });

  describe('Metaflow', () => {
    it('a default image and its registry, in one file for all', async () => {
      const files = {
        'jobimg.yml': 'run: python --version\n',
        'defaults.yml': `base-registry: "${parts.registry.host}"\nimage: { base: tensorflow/tensorflow:1.4.1-py3 }\n`,
      };

      const ended = await runOf(files, ['--defaults', 'defaults.yml']);

      expect(ended.stderr).toMatch(/^base: tensorflow\/tensorflow:1\.4\.1-py3/m);
      expect(ended.stderr).toMatch(/^Python 3/m);
    });

    it('an image of one step', async () => {
      const ended = await runOf(
        {
          'jobimg.yml': `jobs:\n  start: { run: python --version }\n  end: { run: busybox | head -n 1, image: "${parts.busybox?.reference}" }\n`,
        },
        ['--job', 'all'],
      );

      expect(ended.json.jobs.map(({ image }) => image.result === 'given')).toEqual([false, true]);
      expect(ended.code).toBe(0);
    });

    it('an image of one run, without a change of anything', async () => {
      const ended = await runOf({ 'jobimg.yml': 'run: echo hello\n' }, [
        '--override',
        `image=${parts.python?.reference}`,
      ]);

      expect(onlyJob(ended).image.result).toBe('given');
      expect(ended.code).toBe(0);
    });

    it('a website in place of a registry is answered with the name to write', async () => {
      const ended = await runOf({ 'jobimg.yml': 'run: echo hello\n' }, [
        '--override',
        'image=hub.docker.com/ubuntu:latest',
      ]);

      expect(ended.code).toBe(125);
      expect(ended.stderr).toMatch(/error: .*"hub\.docker\.com".* website/);
      expect(ended.stderr).toMatch(/→ .*docker\.io\/library\/ubuntu:latest/);
    });
  });
});

/** Where pip installs what a step names without what that needs, which is ten times as large and of no use here. */
const ALONE = `ARG BASE\nFROM \${BASE}\nENV PIP_NO_DEPS=1\n`;

const WITH_CERTIFICATES = `ARG BASE\nFROM \${BASE}\nCOPY ca.pem /ca.pem\nENV PIP_CERT=/ca.pem\n`;

function machineCa(): Promise<string> {
  return readFile(process.env['SSL_CERT_FILE'] ?? '/etc/ssl/certs/ca-certificates.crt', 'utf8');
}

/** `python2.7` of an archive that is long gone, as a package that says that it is none. */
const OLD_UBUNTU = `ARG BASE
FROM \${BASE}
RUN mkdir -p /archive/python2.7/DEBIAN /archive/python2.7/usr/bin && cd /archive \\
 && printf 'Package: python2.7\\nVersion: 2.7.6\\nArchitecture: all\\nMaintainer: nobody\\nDescription: stand-in\\n' > python2.7/DEBIAN/control \\
 && printf '#!/bin/sh\\necho "Python 2.7 (stand-in)"\\n' > python2.7/usr/bin/python2.7 && chmod 755 python2.7/usr/bin/python2.7 \\
 && dpkg-deb --build python2.7 && rm -r python2.7 && size=$(stat -c %s python2.7.deb) && sum=$(sha256sum python2.7.deb | cut -d' ' -f1) \\
 && printf "Package: python2.7\\nVersion: 2.7.6\\nArchitecture: all\\nMaintainer: nobody\\nDescription: stand-in\\nFilename: ./python2.7.deb\\nSize: $size\\nSHA256: $sum\\n" > Packages \\
 && rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* && echo 'deb [trusted=yes] file:/archive ./' > /etc/apt/sources.list
`;
