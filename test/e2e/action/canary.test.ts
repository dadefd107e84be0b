import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  canary,
  type Search,
  type SearchedLayers,
  sampleCommandLines,
  searchFolder,
  searchFor,
  searchImages,
} from '../support/canary.ts';
import { containersOf } from '../support/images/containers.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { type Step, type StepEnded, startStep } from '../support/runner.ts';
import { type GitServer, packageFiles, startGitServer } from '../support/servers/git-server.ts';
import { MODULE, PACKAGE, type PackageIndex, startPackageIndex } from '../support/servers/package-index.ts';

/** Of each kind one, with everything that breaks out of quotes, lines and commands. */
const SECRETS = {
  BUILD_TOKEN: canary('BUILD'),
  BUILD_NASTY: `${canary('BUILDQ')}"$HOME'\`x\` ##[error]é`,
  RUN_TOKEN: canary('RUN'),
  RUN_NASTY: `${canary('RUNQ')}"$PATH\n::error::${canary('LINE')}\\'`,
} as const;
const GITHUB_TOKEN = canary('GITHUB');

/** No builder has the step in its cache, so that its process lives long enough to be looked at. */
const ONCE = canary('ONCE');

const SPEC = `name: canary
run: |
  test "$(printf %s "$RUN_TOKEN" | wc -c)" -gt 20
  test "$(printf %s "$RUN_NASTY" | wc -l)" -gt 0
  printf %s "$RUN_NASTY" > /tmp/used
  echo done > outputs/result.txt
  sleep 1
secrets: [RUN_TOKEN, RUN_NASTY]
image:
  base: busybox
  secrets: [BUILD_TOKEN, BUILD_NASTY]
  compression: gzip
  build:
    - { run: 'test "$(printf %s "$BUILD_TOKEN$BUILD_NASTY" | wc -c)" -gt 40; sleep 1; : ${ONCE}', secrets: [BUILD_TOKEN, BUILD_NASTY] }
timeout: 1m
`;

describe('secrets of a build, of a run and of a registry', () => {
  let parts: Parts;
  let repository: Repository;
  let step: Step;
  let home: string;
  let ended: StepEnded;
  let commandLines: ReadonlySet<string>;

  beforeAll(async () => {
    parts = await startParts({ name: 'canary', auth: 'token', bases: ['busybox'] });
    repository = await repositoryWith({ files: { 'jobimg.yml': SPEC, 'train.py': 'print(1)\n' } });
    home = await mkdtemp(join(tmpdir(), 'jobimg-home-'));
    step = await start({});
    const sampler = sampleCommandLines();
    ended = await step.ended();
    commandLines = sampler.stop();
  });

  afterAll(async () => {
    await Promise.all([parts, repository, step].map((one) => one?.[Symbol.asyncDispose]()));
    await rm(home, { recursive: true, force: true });
  });

  function start(inputs: Readonly<Record<string, string>>): Promise<Step> {
    const { host, username, password } = parts.registry;
    return startStep({
      workspace: repository.folder,
      inputs: {
        registry: `${host}/acme/canary`,
        'registry-auth': JSON.stringify([{ registry: host, username, password }]),
        'github-token': GITHUB_TOKEN,
        defaults: parts.defaults,
        ...inputs,
      },
      env: { ...parts.withoutLogin, ...SECRETS, HOME: home },
    });
  }

  /** The log that users upload with the outputs of a run. */
  function keptLog({ log }: StepEnded): string {
    return /^log +(\/\S+\/log\.txt)$/m.exec(log)?.[1] ?? '';
  }

  /** The password is known, and a word that nothing else on the machine says. */
  const found: Search = (text) =>
    searchFor([...Object.values(SECRETS), GITHUB_TOKEN, parts.registry.password])(text);

  it('reach the steps and the job that name them', () => {
    expect(ended.log).not.toMatch(/::error /);
    expect(ended.code).toBe(0);
    expect(ended.outputs.get('status')).toBe('success');
  });

  it('stand in no layer, config, manifest, label or history of what was pushed, nor in the files of the registry', async () => {
    const searched = await searchImages(parts.registry, 'acme/canary', found);

    expect(searched.found).toEqual([]);
    expect(await searchFolder(parts.storage, found)).toEqual([]);
    expect(searched.tags.length).toBeGreaterThanOrEqual(2);
  });

  it('stand in no output, state, summary, log, or file of the workspace, the temporary folder and the home', async () => {
    const masked = ended.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const state = JSON.stringify([...(await step.state())]);

    expect(found(masked.join('\n'))).toEqual([]);
    expect(found(JSON.stringify([...ended.outputs]) + ended.summary + state)).toEqual([]);
    for (const folder of [repository.folder, step.temporary, home]) {
      expect(await searchFolder(folder, found)).toEqual([]);
    }
  });

  it('stand in no command line of any process while it builds and runs', () => {
    expect(commandLines.size).toBeGreaterThan(5);
    expect([...commandLines].filter((line) => line.includes('buildx')).length).toBeGreaterThan(0);
    expect([...commandLines].filter((line) => found(line).length > 0)).toEqual([]);
  });

  it('are masked for the runner before anything could show them', () => {
    const [first] = ended.commands.filter(({ name }) => name === 'add-mask');
    const masks = ended.commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message);

    expect(first).toBeDefined();
    expect(masks).toEqual(
      expect.arrayContaining([SECRETS.RUN_TOKEN, SECRETS.BUILD_TOKEN, parts.registry.password]),
    );
  });

  it('are found, masked, in the log of a job and of a step that show them', async () => {
    await using loud = await start({
      overrides:
        'name=canary-loud\nrun=echo "it is $RUN_TOKEN."; echo "$RUN_NASTY"; printf %s "$RUN_TOKEN" | base64 -w 0; printf "x%s" "$RUN_TOKEN" | base64 | base64; printf %s "$RUN_TOKEN" | od -An -v -tx1 | tr -d " \\n"; exit 5',
    });
    const shown = await loud.ended();
    const lines = shown.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));

    expect(shown.code).toBe(5);
    expect(lines).toContain('it is ***.');
    expect(found(shown.log)).toEqual(expect.arrayContaining([SECRETS.RUN_TOKEN]));
    expect(found(lines.join('\n'))).toEqual([]);
    expect(found(JSON.stringify([...shown.outputs]) + shown.summary)).toEqual([]);
    for (const folder of [repository.folder, loud.temporary, home]) {
      expect(await searchFolder(folder, found)).toEqual([]);
    }
    expect(await readFile(keptLog(shown), 'utf8')).toContain('it is ***.\n');
    expect(await containersOf('canary-loud', parts.env)).toEqual([]);
  });

  it('are masked in what a build step shows and in the error of one that fails', async () => {
    await using loud = await start({
      overrides:
        'image.build=[{ run: \'echo "built with $BUILD_TOKEN"; echo "$BUILD_NASTY" >&2; exit 3\', secrets: [BUILD_TOKEN, BUILD_NASTY] }]',
    });
    const shown = await loud.ended();
    const lines = shown.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));

    expect(shown.code).not.toBe(0);
    expect(lines).toContain('  built with ***');
    expect(found(lines.join('\n'))).toEqual([]);
    expect(found(shown.summary)).toEqual([]);
  });
});

const LOGIN = { user: 'anna', password: canary('INDEX') };
const PRIVATE = {
  INDEX_LOGIN: `${LOGIN.user}:${LOGIN.password}`,
  GIT_TOKEN: canary('GIT'),
  BUILD_TOKEN: canary('BUILD'),
  RUN_TOKEN: canary('RUN'),
} as const;

describe('credentials for private packages, beside those of a build, a run and a registry', () => {
  let parts: Parts;
  let index: PackageIndex;
  let git: GitServer;
  let repository: Repository;
  let step: Step;
  let ended: StepEnded;
  let commandLines: ReadonlySet<string>;
  const layers: SearchedLayers = new Map();

  beforeAll(async () => {
    [parts, index, git] = await Promise.all([
      startParts({ name: 'canary-private', auth: 'token' }),
      startPackageIndex([LOGIN]),
      startGitServer(`x-access-token:${PRIVATE.GIT_TOKEN}`, {
        'acme/layers.git': { files: packageFiles('jobimg-layers', 'layers') },
      }),
    ]);
    repository = await repositoryWith({
      files: {
        'jobimg.yml': spec(),
        'requirements.txt': `jobimg-layers @ git+http://${git.host}/acme/layers.git@v1\n`,
      },
    });
    step = await start({});
    const sampler = sampleCommandLines();
    ended = await step.ended();
    commandLines = sampler.stop();
  });

  afterAll(async () => {
    await Promise.all([parts, index, git, repository, step].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function spec(): string {
    return `name: private
run: |
  python -c "import ${MODULE}, jobimg_layers; print('imported both')"
  test -n "$RUN_TOKEN"
  mkdir -p outputs; echo done > outputs/result.txt
secrets: [RUN_TOKEN]
image:
  apt: [git]
  packages: ["${PACKAGE}"]
  index: { url: "${index.url}", secret: INDEX_LOGIN }
  git: { token: GIT_TOKEN }
  secrets: [BUILD_TOKEN]
  build: [{ run: 'test -n "$BUILD_TOKEN"', secrets: [BUILD_TOKEN] }]
`;
  }

  function start(inputs: Readonly<Record<string, string>>): Promise<Step> {
    const { host, username, password } = parts.registry;
    return startStep({
      workspace: repository.folder,
      inputs: {
        registry: `${host}/acme/private`,
        'registry-auth': JSON.stringify([{ registry: host, username, password }]),
        defaults: parts.defaults,
        ...inputs,
      },
      // The servers are on loopback of the machine.
      env: { ...parts.withoutLogin, ...PRIVATE, JOBIMG_BUILD_NETWORK: 'host' },
    });
  }

  const found: Search = (text) =>
    searchFor([...Object.values(PRIVATE), LOGIN.password, parts.registry.password])(text);

  it('fetch what is private', () => {
    expect(ended.log).toContain('imported both');
    expect(ended.outputs.get('status')).toBe('success');
  });

  it('stand in nothing that was pushed', async () => {
    const { tags, found: places } = await searchImages(parts.registry, 'acme/private', found, layers);

    expect(places).toEqual([]);
    expect(tags.length).toBeGreaterThanOrEqual(2);
  });

  it('stand in no log, output, summary, state, temporary file or command line', async () => {
    const lines = ended.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const state = JSON.stringify([...(await step.state())]);

    expect(found(lines.join('\n'))).toEqual([]);
    expect(found(JSON.stringify([...ended.outputs]) + ended.summary + state)).toEqual([]);
    expect(await searchFolder(repository.folder, found)).toEqual([]);
    expect(await searchFolder(step.temporary, found)).toEqual([]);
    expect([...commandLines].filter((line) => line.includes('buildx')).length).toBeGreaterThan(0);
    expect([...commandLines].filter((line) => found(line).length > 0)).toEqual([]);
  });

  it('are masked for the runner, the parts of a login too', () => {
    const masks = ended.commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message);

    expect(masks).toEqual(expect.arrayContaining([...Object.values(PRIVATE), LOGIN.password]));
  });

  it('are found by this search where a step plants one', async () => {
    const plant = 'mkdir -p /opt/planted; printf %s "$BUILD_TOKEN" | base64 -w 0 > /opt/planted/value';
    await using planted = await start({
      overrides: `name=planted\nrun=true\nimage.build=[{ run: '${plant}', secrets: [BUILD_TOKEN] }]`,
    });
    const shown = await planted.ended();

    const { found: places } = await searchImages(parts.registry, 'acme/private', found, layers);

    expect(shown.outputs.get('status')).toBe('success');
    expect(places.map(([where]) => where)).toContainEqual(
      expect.stringMatching(/^env-\w+ opt\/planted\/value$/),
    );
  });
});
