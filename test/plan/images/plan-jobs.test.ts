import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changedInputs } from '../../../src/plan/id-inputs.ts';
import { planJobs } from '../../../src/plan/images/plan-jobs.ts';
import type { Destination, Facts, JobPlan, PlatformImagePlan } from '../../../src/plan/plan.ts';
import { chooseRecipes } from '../../../src/recipe/choose/choose.ts';
import { digestOf, type Files, factsOf, jobsOf, treeOf } from '../../recipe/support.ts';

const REGISTRY: Destination = {
  kind: 'registry',
  repository: { registry: 'r.example.org', path: 'demo' },
  auto: false,
};
const ENGINE: Destination = { kind: 'engine' };

const FILES: Files = {
  'train.py': 'print(1)\n',
  'requirements.txt': 'tqdm==4.67.1\n',
  'apt.txt': 'git\n',
  '.python-version': '3.12\n',
};

const { 'train.py': train = '', ...OTHERS } = FILES;
const RENAMED: Files = { ...OTHERS, 'other.py': train };

const SPEC = `
run: python train.py --lr {{ lr }}
params: { lr: 1 }
image:
  packages: [numpy>=2, attrs]
  env: { A: one, B: two }
  labels: { x: one, y: two }
  secrets: [TOKEN]
  build: [make]
`;

interface Planning {
  readonly spec?: string;
  readonly files?: Files;
  readonly destination?: Destination;
  readonly facts?: (facts: Facts) => Facts;
  readonly mirrors?: ReadonlyMap<string, string>;
}

function planOf({
  spec = SPEC,
  files = FILES,
  destination = REGISTRY,
  facts = (same) => same,
  mirrors = new Map(),
}: Planning = {}): readonly JobPlan[] {
  const recipes = jobsOf(spec).flatMap((job) => chooseRecipes(job, treeOf(files)));
  return planJobs(recipes, facts(factsOf(recipes, files)), destination, { mirrors }).jobs;
}

function imageOf(planning?: Planning): PlatformImagePlan {
  const image = planOf(planning)[0]?.image;
  if (image === undefined || image.kind === 'given' || image.kind === 'index')
    throw new Error('nothing is built');
  return image;
}

function idsOf(planning?: Planning): readonly (string | undefined)[] {
  const image = imageOf(planning);
  return [image.environment.id, image.kind === 'environment' ? undefined : image.id];
}

describe('the ids of a job', () => {
  it.each<[string, Planning]>([
    ['packages in another order', { spec: SPEC.replace('numpy>=2, attrs', 'attrs, numpy>=2') }],
    ['variables in another order', { spec: SPEC.replace('A: one, B: two', 'B: two, A: one') }],
    ['labels in another order', { spec: SPEC.replace('x: one, y: two', 'y: two, x: one') }],
    ['a comment', { spec: `# a comment\n${SPEC}` }],
    [
      'another command and parameter',
      { spec: SPEC.replace('--lr {{ lr }}', '-v').replace('lr: 1', 'lr: 2') },
    ],
    ['a GPU', { spec: `${SPEC}gpu: 8\n` }],
    ['secrets and variables of the run', { spec: `${SPEC}secrets: [HF_TOKEN]\nenv: { C: d }\n` }],
    ['another name', { spec: `${SPEC}name: other\n` }],
    ['files met in another order', { files: Object.fromEntries(Object.entries(FILES).reverse()) }],
    [
      'files that do not enter',
      { files: { ...FILES, '.git/HEAD': 'x', 'jobimg.yml': 'y', 'outputs/a': 'z' } },
    ],
    ['a mirror', { mirrors: new Map([['docker.io', 'mirror.example.org/hub']]) }],
    [
      'entries in another order',
      {
        facts: (facts) => ({
          ...facts,
          files: new Map([...facts.files].map(([set, entries]) => [set, entries.toReversed()])),
        }),
      },
    ],
  ])('stay the same with %s', (_, planning) => {
    expect(idsOf(planning)).toEqual(idsOf());
  });

  it.each<[string, Planning]>([
    [
      'a base with another digest',
      {
        facts: (facts) => ({
          ...facts,
          bases: new Map(
            [...facts.bases].map(([name]) => [name, new Map([['linux/amd64', digestOf('new')]])]),
          ),
        }),
      },
    ],
    ['another base', { spec: SPEC.replace('image:', 'image:\n  base: python:3.12') }],
    ['another Python', { files: { ...FILES, '.python-version': '3.11' } }],
    ['another requirement', { files: { ...FILES, 'requirements.txt': 'tqdm==4.67.0\n' } }],
    ['another system package', { files: { ...FILES, 'apt.txt': 'git less\n' } }],
    ['another package', { spec: SPEC.replace('attrs', 'rich') }],
    ['another variable', { spec: SPEC.replace('A: one', 'A: other') }],
    ['another label', { spec: SPEC.replace('x: one', 'x: other') }],
    ['another build step', { spec: SPEC.replace('[make]', '[make all]') }],
    ['another name of a secret', { spec: SPEC.replace('[TOKEN]', '[OTHER]') }],
    ['another user', { spec: `${SPEC}  user: root\n` }],
    ['another work directory', { spec: `${SPEC}  workdir: /app\n` }],
    ['another locale', { spec: `${SPEC}  lang: en_US.UTF-8\n` }],
    ['another compression', { spec: `${SPEC}  compression: gzip\n` }],
  ])('of the environment and the image change with %s', (_, planning) => {
    const [environment, image] = idsOf(planning);

    expect(environment).not.toBe(idsOf()[0]);
    expect(image).not.toBe(idsOf()[1]);
  });

  it.each<[string, Planning]>([
    ['a changed file', { files: { ...FILES, 'train.py': 'print(2)\n' } }],
    ['a new file', { files: { ...FILES, 'new.py': '' } }],
    ['a renamed file', { files: RENAMED }],
    [
      'a file that may be executed',
      {
        facts: (facts) => ({
          ...facts,
          files: new Map(
            [...facts.files].map(([set, entries]) => [
              set,
              entries.map((entry) => ({ ...entry, executable: set.kind === 'walked' })),
            ]),
          ),
        }),
      },
    ],
    ['a step after the code', { spec: `${SPEC}  setup: [make]\n` }],
  ])('of the image alone change with %s', (_, planning) => {
    const [environment, image] = idsOf(planning);

    expect(environment).toBe(idsOf()[0]);
    expect(image).not.toBe(idsOf()[1]);
  });

  it('depend on nothing but the content of files, for any files', () => {
    const path = fc.stringMatching(/^[a-z]{1,4}(\/[a-z]{1,4})?\.py$/);
    fc.assert(
      fc.property(fc.dictionary(path, fc.string(), { minKeys: 1 }), fc.nat(), (files, seed) => {
        const entries = Object.entries(files);
        const at = seed % entries.length;
        const rotated = Object.fromEntries([...entries.slice(at), ...entries.slice(0, at)]);
        const [changed] = entries;
        const other = { ...files, [changed?.[0] ?? '']: `${changed?.[1]}!` };

        expect(idsOf({ files: rotated })).toEqual(idsOf({ files }));
        expect(idsOf({ files: other })[1]).not.toBe(idsOf({ files })[1]);
      }),
      { numRuns: 20 },
    );
  });

  it('are unknown without the digest of the base, and everything else is known', () => {
    const offline = imageOf({ facts: (facts) => ({ ...facts, bases: new Map() }) });

    expect(offline).toMatchObject({
      id: undefined,
      tag: undefined,
      environment: { id: undefined, tag: undefined, base: { digest: undefined } },
    });
    expect(offline.environment.build.dockerfile).toContain(
      '\nFROM docker.io/library/python:3.12-slim-bookworm\n',
    );
  });

  it('say by name what changed', () => {
    const before = imageOf().environment.inputs;
    const after = imageOf({ files: { ...FILES, 'requirements.txt': 'tqdm==4.67.0\n' } }).environment.inputs;

    expect(changedInputs(before, after)).toEqual(['file requirements.txt']);
    expect(changedInputs(before, before)).toEqual([]);
  });
});

describe('where the code is', () => {
  it.each<[string, string, Destination, Partial<JobPlan['image']>['kind'], JobPlan['code']]>([
    ['a registry', 'run: x\n', REGISTRY, 'layer', 'layer'],
    ['the engine', 'run: x\n', ENGINE, 'environment', 'mount'],
    ['code: mount', 'run: x\ncode: mount\n', REGISTRY, 'environment', 'mount'],
    ['code: none', 'run: x\ncode: none\n', REGISTRY, 'environment', 'none'],
    ['code: layer in the engine', 'run: x\ncode: layer\n', ENGINE, 'build', 'layer'],
    ['steps after it', 'run: x\nimage: { setup: [make] }\n', ENGINE, 'build', 'layer'],
    [
      'steps after none of it',
      'run: x\ncode: none\nimage: { setup: [make] }\n',
      ENGINE,
      'environment',
      'none',
    ],
    ['an image by reference', 'run: x\nimage: a:1\n', REGISTRY, 'given', 'mount'],
    ['an image by reference alone', 'run: x\nimage: a:1\ncode: none\n', REGISTRY, 'given', 'none'],
  ])('with %s', (_, spec, destination, kind, code) => {
    const [job] = planOf({ spec, destination });

    expect([job?.image.kind, job?.code]).toEqual([kind, code]);
    expect(job?.mount === undefined).toBe(code !== 'mount');
  });

  it('mounted, it is in no id', () => {
    const edited = { ...FILES, 'train.py': 'print(2)\n' };

    expect(idsOf({ destination: ENGINE, files: edited })).toEqual(idsOf({ destination: ENGINE }));
  });
});

describe('jobs of one spec', () => {
  const spec =
    'image: { packages: [attrs] }\njobs:\n  a: { run: x }\n  b: { run: y, gpu: 1 }\n  c: { run: z, image: { packages: [rich] } }\n';

  it('share what comes out the same, under a tag for each', () => {
    const [a, b, c] = planOf({ spec }).map(({ image }) => image);
    if (a?.kind !== 'layer' || b?.kind !== 'layer' || c?.kind !== 'layer') throw new Error('all are layers');

    expect(b.environment.id).toBe(a.environment.id);
    expect(b.id).toBe(a.id);
    expect([a.tag, b.tag]).toEqual([`a-${a.id?.slice(7, 23)}`, `b-${a.id?.slice(7, 23)}`]);
    expect(c.environment.id).not.toBe(a.environment.id);
  });
});

describe('what a build reads', () => {
  it('is the mirror of the base, and the hashed text does not know it', () => {
    const { build, base } = imageOf({
      mirrors: new Map([['docker.io', 'mirror.example.org/hub']]),
    }).environment;

    expect(build.reads).toEqual([{ registry: 'mirror.example.org', path: 'hub/library/python' }]);
    expect(build.dockerfile).toContain(`\nFROM mirror.example.org/hub/library/python@${base?.digest}\n`);
    expect(build.dockerfile).toContain('"docker.io/library/python:3.12-slim-bookworm"');
  });

  it('names each step in the order of the text', () => {
    const { build } = imageOf().environment;

    const titles = [...build.dockerfile.matchAll(/^# (.*)\nRUN /gm)].map(([, title]) => title);
    expect(titles).toEqual(build.steps.map(({ title }) => title));
    expect(titles).toEqual(['apt', 'python', 'requirements.txt', 'packages', 'bytecode', 'build 1', 'user']);
  });

  it('refuses a dependency file that is a link', () => {
    const linked = (facts: Facts): Facts => ({
      ...facts,
      files: new Map(
        [...facts.files].map(([set, entries]) => [
          set,
          entries.map((entry) => ({ ...entry, kind: 'link' as const })),
        ]),
      ),
    });

    expect(() => planOf({ facts: linked })).toThrow('"requirements.txt" is a symbolic link');
  });
});

describe('what a build fetches', () => {
  const lock = (name: string): string =>
    readFileSync(join(import.meta.dirname, '../../golden/downloads/torch', name), 'utf8');

  it.each([
    ['uv.lock', 'linux/amd64', 2_995],
    ['uv.lock', 'linux/arm64', 110],
    ['pylock.toml', 'linux/amd64', 2_995],
  ])('is its base, as it is read here, and what %s says for %s', (name, platform, megabytes) => {
    const spec = `run: x\nimage: { requirements: ${name}, python: "3.12", platforms: [${platform}] }\n`;
    const files = { [name]: lock(name), 'pyproject.toml': lock('pyproject.toml') };

    const { environment } = imageOf({ spec, files, mirrors: new Map([['docker.io', 'mirror.example.org']]) });

    expect(environment.fetches.images).toEqual([environment.base?.from]);
    expect(environment.fetches.images).toEqual([expect.objectContaining({ registry: 'mirror.example.org' })]);
    expect(Math.round(environment.fetches.packages / 1e6)).toBe(megabytes);
  });

  it('is of your own Dockerfile what the stages begin with that it needs', () => {
    const spec = 'run: x\nimage: { dockerfile: Dockerfile }\n';
    const text =
      'FROM a.example.org/a:1 AS x\nFROM b.example.org/b:1\nFROM x\nCOPY --from=c.example.org/c:1 /c /c\n';

    const { environment } = imageOf({ spec, files: { Dockerfile: text } });

    expect(environment.fetches).toEqual({
      images: [{ registry: 'a.example.org', path: 'a', digest: expect.stringMatching(/^sha256:/) }],
      packages: 0,
    });
  });
});
