import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { containersOf } from './support/containers.ts';
import { readBlob, readImage, readLayer, readTags } from './support/images.ts';
import { type Parts, startParts } from './support/parts.ts';
import { type Repository, repositoryWith } from './support/repository.ts';
import { type Step, type StepEnded, startStep } from './support/runner.ts';

jest.setTimeout(120_000);

const random = (name: string): string => `CANARY_${name}_${randomBytes(16).toString('hex')}`;

/** Of each kind one, with everything that breaks out of quotes, lines and commands. */
const SECRETS = {
  BUILD_TOKEN: random('BUILD'),
  BUILD_NASTY: `${random('BUILDQ')}"$HOME'\`x\` ##[error]é`,
  RUN_TOKEN: random('RUN'),
  RUN_NASTY: `${random('RUNQ')}"$PATH\n::error::${random('LINE')}\\'`,
} as const;
const GITHUB_TOKEN = random('GITHUB');

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
    - { run: 'test "$(printf %s "$BUILD_TOKEN$BUILD_NASTY" | wc -c)" -gt 40; sleep 1', secrets: [BUILD_TOKEN, BUILD_NASTY] }
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
  }, 120_000);

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

  /** The password is short and known, but a word that nothing else says. */
  function needles(): readonly string[] {
    const values = [...Object.values(SECRETS), GITHUB_TOKEN, parts.registry.password];
    return values.flatMap((value) => [
      ...new Set([...formsOf(value), ...value.split('\n').flatMap(formsOf)]),
    ]);
  }

  /** Which forms of which secret stand in it. */
  function found(text: string | Buffer): readonly string[] {
    const bytes = Buffer.from(text);
    return needles().filter((needle) => bytes.includes(needle));
  }

  it('reach the steps and the job that name them', () => {
    expect(ended.log).not.toMatch(/::error /);
    expect(ended.code).toBe(0);
    expect(ended.outputs.get('status')).toBe('success');
  });

  it('stand in no layer, config, manifest, label or history of what was pushed', async () => {
    const searched: string[] = [];
    for (const tag of await readTags(parts.registry, 'acme/canary')) {
      const image = await readImage(parts.registry, `acme/canary:${tag}`);
      searched.push(tag);
      expect(found(JSON.stringify(image))).toEqual([]);
      for (const layer of image.manifest.layers) {
        expect(found(await readBlob(parts.registry, image.repository, layer))).toEqual([]);
        for (const { path, content } of await readLayer(parts.registry, image.repository, layer)) {
          expect([path, found(path), found(content)]).toEqual([path, [], []]);
        }
      }
    }

    expect(searched.length).toBeGreaterThanOrEqual(2);
  });

  it('stand in no output, state, summary, log, or file of the workspace, the temporary folder and the home', async () => {
    const masked = ended.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    const state = JSON.stringify([...(await step.state())]);

    expect(found(masked.join('\n'))).toEqual([]);
    expect(found(JSON.stringify([...ended.outputs]) + ended.summary + state)).toEqual([]);
    for (const folder of [repository.folder, step.temporary, home]) {
      for (const path of await filesIn(folder))
        expect([path, found(await readFile(path))]).toEqual([path, []]);
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
        'name=canary-loud\nrun=echo "it is $RUN_TOKEN."; echo "$RUN_NASTY"; printf %s "$RUN_TOKEN" | base64 -w 0; exit 5',
    });
    const shown = await loud.ended();
    const lines = shown.log.split('\n').filter((line) => !line.startsWith('::add-mask::'));

    expect(shown.code).toBe(5);
    expect(lines).toContain('it is ***.');
    expect(found(shown.log)).toEqual(expect.arrayContaining([SECRETS.RUN_TOKEN]));
    expect(found(lines.join('\n'))).toEqual([]);
    expect(found(JSON.stringify([...shown.outputs]) + shown.summary)).toEqual([]);
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

/** As it is, in the base64 of its three places, for URLs, in JSON, in hex. */
function formsOf(value: string): readonly string[] {
  if (value.length < 8) return [];
  const base64 = ['', 'x', 'xx'].map((before, place) => {
    const text = Buffer.from(before + value).toString('base64');
    return text.slice([0, 2, 3][place], -4);
  });
  return [
    value,
    ...base64,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('hex'),
  ];
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.map((name) => join(folder, name));
  const stats = await Promise.all(paths.map((path) => lstat(path)));
  return paths.filter((_, index) => stats[index]?.isFile());
}

/** Looks at the command line of every process, a hundred times a second. */
function sampleCommandLines(): { stop(): ReadonlySet<string> } {
  const seen = new Set<string>();
  const timer = setInterval(async () => {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      // A process may end while it is looked at.
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (line !== '') seen.add(line.replaceAll('\0', ' '));
    }
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      return seen;
    },
  };
}
