import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../src/inputs/inputs.ts';
import { sha256 } from '../../src/oci/digest.ts';
import { type Event, type Rights, rightsOf } from '../../src/plan/rights.ts';
import { openShell } from '../../src/steps/left-runs/open-shell.ts';
import { main } from '../../src/steps/main.ts';
import { verifyImages } from '../../src/steps/verify/verify-images.ts';
import { type FakeWorld, fakeWorld } from '../fakes/tools.ts';

const REPOSITORY = {
  'jobimg.yml': 'run: python train.py\nimage: { requirements: requirements.txt }\n',
  'requirements.txt': 'tqdm==4.67.1\n',
  'train.py': 'print("hello")\n',
};
const REGISTRY = { kind: 'repository', text: 'ghcr.io/acme/train' } as const;

function call(world: FakeWorld, changes: Partial<Inputs> = {}): ReturnType<typeof main> {
  return main(
    { ...INPUT_DEFAULTS, folder: '/repository', registry: REGISTRY, until: 'image', ...changes },
    world.tools,
  );
}

describe('an input from the repository', () => {
  it.each([
    ['data', '', []],
    [
      'data',
      `, sha256: ${'a'.repeat(64)}`,
      ['the input "data" is a folder ("data"), and has the SHA-256 of a file'],
    ],
    ['data/a.csv', `, sha256: ${'a'.repeat(64)}`, []],
    ['nothing', '', ['the input "data" does not exist: "nothing"']],
  ])('%s%s is told before anything is built', async (from, more, told) => {
    const world = fakeWorld({
      'jobimg.yml': `run: x\ninputs: [{ name: data, from: ${from}${more} }]\n`,
      'data/a.csv': '1\n',
    });

    const done = await call(world, { until: 'run' }).catch((error: unknown) => error);

    const found = done instanceof UserError ? done.findings.map(({ message }) => message) : [];
    expect(found.filter((message) => message.startsWith('the input'))).toEqual(told);
    expect(world.builds.length > 0).toBe(told.length === 0);
  });
});

describe('ended runs that are kept no longer', () => {
  it.each([
    ['train.py', 1],
    ['[', 0],
  ])('are looked at where a run is started: "run: %s"', async (command, times) => {
    const world = fakeWorld({ ...REPOSITORY, 'jobimg.yml': `run: ${command}\n` });
    let removed = 0;
    const removeExpired = async (): Promise<void> => {
      removed += 1;
    };
    const runs = { ...world.tools.runs, removeExpired };
    const inputs = { ...INPUT_DEFAULTS, folder: '/repository', registry: REGISTRY, until: 'run' } as const;

    await main(inputs, { ...world.tools, runs }).catch(() => undefined);

    expect(removed).toBe(times);
  });
});

describe('images', () => {
  it('are built once, then found by one request for each tag', async () => {
    const world = fakeWorld(REPOSITORY);

    const first = await call(world);
    world.asked.length = 0;
    const second = await call(world);

    expect(world.builds).toHaveLength(1);
    expect(first.images.get('train')).toMatchObject({ made: 'pushed', cache: 'none' });
    expect(second.images.get('train')).toMatchObject({
      made: 'found',
      cache: 'image',
      why: 'nothing changed',
    });
    expect(second.images.get('train')?.reference).toBe(first.images.get('train')?.reference);
    expect(world.asked).toEqual([expect.stringMatching(/^resolve /), expect.stringMatching(/^find train-/)]);
  });

  it('get only a new layer when only the code changed', async () => {
    const world = fakeWorld(REPOSITORY);
    await call(world);

    world.files.set('train.py', 'print("hi")\n');
    const { images } = await call(world);

    expect(world.builds).toHaveLength(1);
    expect(images.get('train')).toMatchObject({
      made: 'pushed',
      cache: 'environment',
      environment: { made: 'found' },
    });
  });

  it('are built again when a dependency changed', async () => {
    const world = fakeWorld(REPOSITORY);
    await call(world);

    world.files.set('requirements.txt', 'tqdm==4.67.0\n');
    const { images } = await call(world);

    expect(world.builds).toHaveLength(2);
    expect(images.get('train')?.why).toBe('rebuilt: requirements.txt changed');
  });

  it('are told to be built because the base moved, from where to where', async () => {
    const world = fakeWorld(REPOSITORY);
    await call(world);
    const moved = sha256('another base');
    Object.assign(world.tools.registry, { resolve: async () => moved });

    const { images } = await call(world);

    expect(images.get('train')?.why).toMatch(
      new RegExp(`^rebuilt: base python:\\S+ moved from ${sha256('base')} to ${moved}$`),
    );
  });

  it('cost two more questions and one more tag where something is built, and none where it is not', async () => {
    const world = fakeWorld(REPOSITORY);
    const asked = (): readonly string[] => world.asked.filter((one) => one.includes('last'));

    await call(world);
    expect(asked()).toEqual(['find train.last', 'retag train.last']);
    world.asked.length = 0;
    world.files.set('train.py', 'print("hi")\n');
    await call(world);
    expect(asked()).toEqual([]);
  });

  it('are built even where the reason cannot be known', async () => {
    const world = fakeWorld(REPOSITORY);
    const { registry } = world.tools;
    const find = registry.find.bind(registry);
    Object.assign(registry, {
      find: async (reference: Parameters<typeof find>[0]) => {
        if (reference.tag === 'train.last') throw new UserError('the registry is tired');
        return find(reference);
      },
    });

    const { images } = await call(world);

    expect(images.get('train')).toMatchObject({
      made: 'pushed',
      why: 'no environment image with this content was there',
    });
    expect(world.lines).toContain('why it is built is not known: the registry is tired');
  });

  it('tell which file of the code changed where a step after it has to run again', async () => {
    const world = fakeWorld({
      ...REPOSITORY,
      'jobimg.yml': 'run: python train.py\nimage: { requirements: requirements.txt, setup: [make] }\n',
    });
    await call(world);

    world.files.set('train.py', 'print("hi")\n');
    const { images } = await call(world);

    expect(images.get('train')).toMatchObject({ made: 'built', why: 'rebuilt: train.py changed' });
  });

  it('are made again when that is asked for, and both digests are compared', async () => {
    const world = fakeWorld(REPOSITORY);
    await call(world);

    const { images } = await call(world, { rebuild: true });

    expect(world.builds).toHaveLength(2);
    expect(images.get('train')?.why).toBe('rebuild asked for: the digest is the same');
  });

  it('of somebody who was first are used, and the log says so', async () => {
    const world = fakeWorld(REPOSITORY);
    const { plan } = await call(world, { until: 'plan' });
    const [job] = plan.jobs;
    const tag = job?.image.kind === 'layer' ? (job.image.tag ?? '') : '';
    const theirs = sha256('theirs');
    const { registry } = world.tools;
    const find = registry.find.bind(registry);
    // Absent when it is asked for, there when it is written.
    Object.assign(registry, {
      find: async (reference: Parameters<typeof find>[0]) =>
        reference.tag === tag ? undefined : find(reference),
    });
    world.tags.set(`ghcr.io/acme/train:${tag}`, theirs);

    const { images, findings } = await call(world);

    expect(images.get('train')?.reference).toBe(`ghcr.io/acme/train@${theirs}`);
    expect(findings.map(({ code }) => code)).toContain('not-reproducible');
  });

  it('share an environment between jobs', async () => {
    const jobs =
      'image: { requirements: requirements.txt }\njobs:\n  a: { run: python a.py }\n  b: { run: python b.py }\n';
    const world = fakeWorld({ ...REPOSITORY, 'jobimg.yml': jobs });

    const { images } = await call(world);

    expect(world.builds).toHaveLength(1);
    expect(images.get('a')?.reference).toBe(images.get('b')?.reference);
  });

  it('stay in the local engine when a registry nobody named refuses the right to push', async () => {
    const world = fakeWorld(REPOSITORY, { autoRegistry: { registry: 'ghcr.io', path: 'acme/train' } });
    world.mayPush = false;

    const { plan, images, findings } = await call(world, { registry: { kind: 'auto' } });

    expect(plan.destination).toEqual({ kind: 'engine' });
    expect(images.get('train')).toMatchObject({ made: 'built', engineId: expect.any(String) });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'no-push-rights', hint: expect.stringContaining('packages: write') }),
    );
    expect(world.asked.some((call) => call.startsWith('push'))).toBe(false);
  });

  it('need no right to push when everything is there', async () => {
    const auto = { autoRegistry: { registry: 'ghcr.io', path: 'acme/train' } };
    const world = fakeWorld(REPOSITORY, auto);
    await call(world, { registry: { kind: 'auto' } });
    world.mayPush = false;

    const { images } = await call(world, { registry: { kind: 'auto' } });

    expect(images.get('train')).toMatchObject({ made: 'found' });
  });

  it('of an owner with a capital letter have a name in lower case, and the log says so', async () => {
    const world = fakeWorld(REPOSITORY);

    const { images } = await call(world, { registry: { kind: 'repository', text: 'ghcr.io/Acme/Train' } });

    expect(images.get('train')?.reference).toMatch(/^ghcr\.io\/acme\/train@sha256:/);
    expect(world.lines).toContainEqual(
      expect.stringMatching(/^registry: ghcr\.io\/acme\/train \("ghcr\.io\/Acme/),
    );
  });

  it('get moving tags after their own', async () => {
    const world = fakeWorld(REPOSITORY);

    const { images } = await call(world, { tags: ['latest'] });

    expect(world.tags.get('ghcr.io/acme/train:latest')).toBe(images.get('train')?.image?.digest);
  });

  it('by reference are used as they are', async () => {
    const world = fakeWorld({ 'jobimg.yml': 'run: "true"\nimage: ghcr.io/acme/ready:1\ncode: none\n' });

    const { images } = await call(world);

    expect(images.get('train')).toMatchObject({
      made: 'given',
      reference: expect.stringMatching(/^ghcr\.io\/acme\/ready@sha256:/),
    });
    expect(world.builds).toEqual([]);
  });
});

describe('a plan', () => {
  it('says what is there and starts nothing', async () => {
    const world = fakeWorld(REPOSITORY);
    await call(world);

    const { preview } = await call(world, { until: 'plan' });

    expect(preview?.found.get('train')).toMatchObject({ environment: true, image: true });
    expect(preview?.runs.get('train')?.[0]?.command).toEqual({
      kind: 'shell',
      shell: 'bash',
      text: 'python train.py',
    });
    expect(world.started).toEqual([]);
  });

  it('says why an image would be built, against the last one of the job', async () => {
    const world = fakeWorld(REPOSITORY);
    const before = await call(world, { until: 'plan' });
    await call(world);
    world.files.set('train.py', 'print("edited")\n');
    const edited = await call(world, { until: 'plan' });
    world.files.set('requirements.txt', 'tqdm==4.67.2\n');
    const changed = await call(world, { until: 'plan' });

    const whys = [before, edited, changed].map(({ preview }) => preview?.why.get('train'));
    expect(whys).toEqual([
      'no environment image with this content is there',
      'the environment is unchanged, the code is new',
      'rebuilt: requirements.txt changed',
    ]);
  });

  it('asks nobody when it is made offline', async () => {
    const world = fakeWorld(REPOSITORY);

    const { plan } = await call(world, { until: 'plan', offline: true });

    expect(world.asked).toEqual([]);
    expect(plan.jobs[0]?.image).toMatchObject({ kind: 'layer', id: undefined });
  });

  it('tells every base that does not exist at once, each at its line', async () => {
    const jobs =
      'jobs:\n  a: { run: a, image: { base: x/missing:1 } }\n  b: { run: b, image: { base: y/missing:1 } }\n';
    const world = fakeWorld({ 'jobimg.yml': jobs });

    const failing = call(world, { until: 'plan' });

    await expect(failing).rejects.toMatchObject({
      findings: [
        { code: 'base-not-found', location: { file: 'jobimg.yml', line: 2 } },
        { code: 'base-not-found', location: { file: 'jobimg.yml', line: 3 } },
      ],
    });
  });
});

describe('a run', () => {
  it('shows its log, brings its metrics back and is forgotten when it is over', async () => {
    const world = fakeWorld(REPOSITORY);

    const { runs } = await call(world, { until: 'run' });

    expect(world.started).toEqual(['python train.py']);
    expect(world.lines).toContain('hello');
    expect(runs).toMatchObject([
      { verdict: { reason: 'succeeded' }, duration: 3, metrics: [{ name: 'loss', values: [0.25] }] },
    ]);
    expect(world.remembered.size).toBe(0);
  });

  it('stays remembered when contact to it was lost', async () => {
    const world = fakeWorld(REPOSITORY);
    world.verdict = { reason: 'lost-contact' };

    const { runs } = await call(world, { until: 'run' });

    expect(runs).toMatchObject([{ verdict: { reason: 'lost-contact' }, outputs: [] }]);
    expect(world.remembered.size).toBe(1);
  });

  it('that its machine will refuse is refused before anything is built', async () => {
    const world = fakeWorld({ 'jobimg.yml': 'run: x\nmounts: [{ from: /data, to: /data }]\n' });

    await expect(call(world, { until: 'run' })).rejects.toThrow('does not let jobs see "/data"');

    expect(world.builds).toEqual([]);
  });

  it('whose secret has no value is refused before anything is built', async () => {
    const world = fakeWorld({
      ...REPOSITORY,
      'jobimg.yml': `${REPOSITORY['jobimg.yml']}secrets: [HF_TOKEN]\n`,
    });

    await expect(call(world, { until: 'run' })).rejects.toMatchObject({
      findings: [{ code: 'missing-secret' }],
    });

    expect(world.builds).toEqual([]);
  });

  it.each<[string, string, Record<string, string>, string]>([
    [
      'a secret',
      'secrets: [TOKEN]\n',
      { TOKEN: 'x'.repeat(128 * 1024) },
      'the secret "TOKEN" has 131078 bytes, and a variable may have at most 131071',
    ],
    [
      'a secret with a NUL byte',
      'secrets: [TOKEN]\n',
      { TOKEN: 'a\0b' },
      'the secret "TOKEN" contains a NUL byte',
    ],
    [
      'a variable of the caller',
      'env: { LIST: null }\n',
      { LIST: 'ä'.repeat(64 * 1024) },
      'the variable "LIST" of the job train has 131077 bytes, and Linux starts no program with one of more than 131071',
    ],
    [
      'a variable of a leg',
      'env: { ALL: "{{ x }}{{ env.LIST }}", LIST: null }\nstrategy: { matrix: { x: [b, aaaa] } }\n',
      { LIST: 'ä'.repeat(65_533) },
      'the variable "ALL" of the job train has 131074 bytes, and Linux starts no program with one of more than 131071',
    ],
  ])(
    'with %s that is too long for Linux is refused before anything is built',
    async (_, fields, env, message) => {
      const world = fakeWorld(
        { ...REPOSITORY, 'jobimg.yml': `${REPOSITORY['jobimg.yml']}${fields}` },
        { env: new Map(Object.entries(env)) },
      );

      await expect(call(world, { until: 'run' })).rejects.toThrow(message);

      expect(world.builds).toEqual([]);
    },
  );

  it('that takes longer than a runner of GitHub gives it is told before anything is built', async () => {
    const world = fakeWorld(
      { ...REPOSITORY, 'jobimg.yml': `${REPOSITORY['jobimg.yml']}timeout: 12h\n` },
      { hosted: true },
    );

    await call(world, { until: 'run' });

    expect(world.lines.join('\n')).toMatch(
      /may take 12 h, and GitHub ends a job on its own runners after 6 h/,
    );
  });

  it('is left to another machine when this one does not show the labels', async () => {
    const world = fakeWorld({
      ...REPOSITORY,
      'jobimg.yml': `${REPOSITORY['jobimg.yml']}runs-on: [self-hosted, gpu]\n`,
    });

    const { runs, images, elsewhere } = await call(world, { until: 'run' });

    expect(runs).toEqual([]);
    expect(images.size).toBe(1);
    expect([...(elsewhere ?? [])]).toEqual([
      ['train', 'this machine is not known to have the labels "self-hosted", "gpu"'],
    ]);
    expect(world.lines).toContainEqual(expect.stringContaining('not started here'));
    expect(world.lines).toContain('    runs-on: ["self-hosted","gpu"]');
  });
});

describe('a job that asks for a GPU of its machine', () => {
  const files = {
    ...REPOSITORY,
    'jobimg.yml': `${REPOSITORY['jobimg.yml']}runs-on: gpu\n`,
  };
  const machine = async () => ({ gpu: true, labels: [] });

  it.each([
    ['this machine has one', true, 1],
    ['this machine has one, and the engine is another', false, 0],
  ])('starts where it is: %s', async (_, isHere, count) => {
    const world = fakeWorld(files, { machine });
    const tools = { ...world.tools, isHere: async () => isHere };

    const { runs } = await call({ ...world, tools }, { until: 'run' });

    expect(runs).toHaveLength(count);
  });
});

describe('an event that is not trusted', () => {
  const rightsFor = (given: Event): Rights =>
    rightsOf({ event: given, untrusted: false, checkout: undefined });

  const event = {
    name: 'pull_request',
    actor: 'eve',
    repository: 'acme/train',
    headRepository: 'eve/train',
    sha: 'a',
    hosted: true,
  };

  it('pushes nothing and starts nothing', async () => {
    const world = fakeWorld(REPOSITORY, { rights: rightsFor(event) });

    const { plan } = await call(world, { until: 'run' });

    expect(plan.destination).toEqual({ kind: 'engine' });
    expect(world.tags.size).toBe(0);
    expect(world.started).toEqual([]);
  });

  it('builds nothing on a machine of one’s own', async () => {
    const world = fakeWorld(REPOSITORY, { rights: rightsFor({ ...event, hosted: false }) });

    await call(world, { until: 'run' });

    expect(world.builds).toEqual([]);
  });

  describe('whose base is behind a login', () => {
    const base = 'ghcr.io/acme/private:1';
    const files = { ...REPOSITORY, 'jobimg.yml': `run: python train.py\nimage: { base: "${base}" }\n` };

    it.each(['image', 'run'] as const)(
      'is planned without the digest, and nothing is built (%s)',
      async (until) => {
        const world = fakeWorld(files, { rights: rightsFor(event) });
        world.denied.add(base);

        const { plan, findings, images } = await call(world, { until });

        expect(plan.jobs[0]?.image).toMatchObject({ kind: 'environment', environment: { id: undefined } });
        expect(findings).toContainEqual({
          level: 'warning',
          code: 'base-denied',
          message: `the image "${base}" requires a login, and no credentials are used for this event: the code comes from another repository, eve/train`,
          hint: 'the plan goes on without its digest; from a branch of the repository itself it is known',
          location: expect.objectContaining({ file: 'jobimg.yml', line: 2 }),
        });
        expect([images.size, world.builds, world.started]).toEqual([0, [], []]);
        expect(world.lines.join('\n')).toMatch(/nothing is built: a base requires a login/);
      },
    );

    it('is an error where credentials are used', async () => {
      const world = fakeWorld(files);
      world.denied.add(base);

      await expect(call(world)).rejects.toThrow('denied (401)');
    });
  });

  it('has no shell, and nothing to verify', async () => {
    const world = fakeWorld(REPOSITORY, { rights: rightsFor(event) });
    const inputs: Inputs = { ...INPUT_DEFAULTS, folder: '/repository', registry: REGISTRY, until: 'image' };

    const result = await main(inputs, world.tools);

    await expect(openShell(result, inputs, world.tools)).rejects.toThrow(
      /^no shell is opened: the code comes from/,
    );
    await expect(verifyImages(inputs, world.tools)).rejects.toThrow(/^nothing is built: the code comes from/);
  });
});
