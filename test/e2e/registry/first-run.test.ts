import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readImage, readRequests, readTags } from '../support/images/images.ts';
import { type AnsweredJob, DIST, type Ended, inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { onlyPrograms, type Programs } from '../support/programs.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';

const SPEC = `name: train
run: python train.py --lr {{ lr }}
params: { lr: 1e-4 }
image: { requirements: requirements.txt }
env: { GREETING: hello }
timeout: 5m
outputs: [outputs/]
`;

const CODE = `import json, os, pathlib, sys
import six
print(os.environ["GREETING"], "from", six.__version__, *sys.argv[1:], flush=True)
outputs = pathlib.Path(os.environ["JOBIMG_OUTPUTS"])
(outputs / "model.txt").write_text("trained")
(outputs / "metrics.json").write_text(json.dumps({"loss": 0.25, "lr": float(sys.argv[2])}))
sys.exit(int(os.environ.get("CODE", "0")))
`;

describe('a user at a prompt, with a registry that asks for a password', () => {
  let parts: Parts;
  let repository: Repository;
  /** With these a run needs no docker program at all. */
  let programs: Programs;
  let first: Ended;

  beforeAll(async () => {
    parts = await startParts({ name: 'first-run', auth: 'basic' });
    programs = await onlyPrograms();
    repository = await repositoryWith({
      files: {
        'jobimg.yml': SPEC,
        'requirements.txt': `six==1.17.0\n# at ${Date.now()}: nothing of it is in a cache\n`,
        'train.py': CODE,
      },
    });
    first = await call('run', '--json');
  });

  afterAll(async () => {
    await Promise.all([parts, programs, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function call(command: string, ...words: readonly string[]): Promise<Ended> {
    return callWith({}, command, ...words);
  }

  function callWith(
    env: Readonly<Record<string, string>>,
    command: string,
    ...words: readonly string[]
  ): Promise<Ended> {
    const place = ['--registry', `${parts.registry.host}/acme/train`, '--defaults', parts.defaults];
    return jobimg([command, ...place, ...words], { cwd: repository.folder, env: { ...parts.env, ...env } });
  }

  it('builds the environment, pushes the code on top, runs the job and brings back what it made', async () => {
    const job = onlyJob(first);
    const [run] = job.runs;
    const folder = run?.['outputs-folder'] ?? '';

    expect(first.code).toBe(0);
    expect(job).toMatchObject({
      name: 'train',
      image: { result: 'pushed', cache: 'none', why: 'no environment image with this content was there' },
      environment: { result: 'built' },
    });
    expect(run).toMatchObject({
      status: 'success',
      reason: 'succeeded',
      'exit-code': 0,
      metrics: { loss: 0.25, lr: 0.0001 },
      outputs: ['outputs/metrics.json', 'outputs/model.txt'],
    });
    expect(await readFile(join(folder, 'outputs/model.txt'), 'utf8')).toBe('trained');
    expect(await readFile(join(folder, 'log.txt'), 'utf8')).toBe('hello from 1.17.0 --lr 1e-4\n');
    expect(first.stderr).toMatch(/Successfully installed six-1\.17\.0/);
    expect(first.stderr).toMatch(/^hello from 1\.17\.0 --lr 1e-4$/m);
  });

  it('leaves an image in the registry that is named by its digest, with the code as its last layer', async () => {
    const { image, environment } = onlyJob(first);

    const stored = await readImage(parts.registry, image.reference);
    const below = await readImage(parts.registry, environment?.reference ?? '');

    expect(image.reference).toBe(`${parts.registry.host}/acme/train@${image.digest}`);
    expect(stored.digest).toBe(image.digest);
    expect(stored.manifest.layers.slice(0, -1)).toEqual(below.manifest.layers);
    expect(stored.manifest.annotations).toMatchObject({ 'dev.jobimg.id': image.id });
    expect(await readTags(parts.registry, 'acme/train')).toEqual(
      expect.arrayContaining([image.tag, environment?.tag]),
    );
  });

  it('builds nothing the second time: the same digest runs, without any docker program', async () => {
    const before = (await readRequests(parts.registry)).length;
    const again = await callWith({ PATH: programs.path }, 'run', '--json');
    const asked = (await readRequests(parts.registry)).slice(before);

    expect(again.code).toBe(0);
    expect(onlyJob(again).image).toEqual({
      ...onlyJob(first).image,
      result: 'found',
      cache: 'image',
      why: 'nothing changed',
    });
    expect(asked.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  });

  it('pushes one new layer after an edited line, without any docker program', async () => {
    await repository.write({ 'train.py': `${CODE}# edited\n` });
    const edited = await callWith({ PATH: programs.path }, 'run', '--json');
    await repository.write({ 'train.py': CODE });
    const [before, after] = await Promise.all(
      [first, edited].map((ended) => readImage(parts.registry, onlyJob(ended).image.reference)),
    );

    expect(edited.code).toBe(0);
    expect(onlyJob(edited)).toMatchObject({
      image: { result: 'pushed', cache: 'environment', why: 'the environment is unchanged, the code is new' },
      environment: { result: 'found' },
    });
    expect(after?.manifest.layers.slice(0, -1)).toEqual(before?.manifest.layers.slice(0, -1));
    expect(after?.manifest.layers.at(-1)).not.toEqual(before?.manifest.layers.at(-1));
  });

  it('writes moving tags beside the content tag', async () => {
    const built = await call('build', '--tag', 'latest', '--tag', 'v1', '--json');
    const [latest, v1] = await Promise.all(
      ['latest', 'v1'].map((tag) => readImage(parts.registry, `acme/train:${tag}`)),
    );

    expect(built.code).toBe(0);
    expect([latest?.digest, v1?.digest]).toEqual([onlyJob(first).image.digest, onlyJob(first).image.digest]);
  });

  it('gives parameters and overrides to one run, on the same image', async () => {
    const words = ['--param', 'lr=0.5', '--override', 'env.GREETING=ahoy', '--override', 'timeout=3m'];
    const run = await callWith({ PATH: programs.path }, 'run', ...words, '--json');

    expect(run.code).toBe(0);
    expect(onlyJob(run).image.digest).toBe(onlyJob(first).image.digest);
    expect(onlyJob(run).runs[0]?.metrics).toEqual({ loss: 0.25, lr: 0.5 });
    expect(run.stderr).toMatch(/^ahoy from 1\.17\.0 --lr 0\.5$/m);
    expect(run.stderr).toContain('at most 3 min');
  });

  it("ends with the job's own exit code, and still brings back what it made", async () => {
    const run = await call('run', '--override', 'env.CODE=37', '--json');

    expect(run.code).toBe(37);
    expect(onlyJob(run).runs).toMatchObject([
      {
        status: 'failure',
        reason: 'failed',
        'exit-code': 37,
        outputs: ['outputs/metrics.json', 'outputs/model.txt'],
      },
    ]);
  });

  it('tells a person the image, the result, the metrics and the outputs, and keeps stdout free of commands', async () => {
    const run = await callWith({ PATH: programs.path }, 'run');

    expect(run.code).toBe(0);
    expect(run.stdout).toContain(onlyJob(first).image.reference);
    expect(run.stdout).toMatch(/^image +\S+ \(reused: nothing changed\)$/m);
    expect(run.stdout).toMatch(/^run +succeeded, exit code 0/m);
    expect(run.stdout).toMatch(/^loss +0\.25/m);
    expect(run.stdout).toMatch(/^ +outputs\/model\.txt$/m);
    expect(run.stdout).not.toMatch(/^::|##\[/m);
    expect(run.stdout).not.toMatch(/^\d{4}-\d\d-\d\dT/m);
  });

  it('goes on when nobody reads what it says any more', async () => {
    const words = `run --registry ${parts.registry.host}/acme/train --defaults ${parts.defaults}`;
    const script = `set -o pipefail; "$0" "$1" ${words} | head -n 1`;

    const { stdout } = await promisify(execFile)('bash', ['-c', script, process.execPath, `${DIST}/cli.js`], {
      cwd: repository.folder,
      env: { ...inherited(), ...parts.env },
    });

    expect(stdout).toBe('Plan\n');
  });

  it('plans without a build: which base, which file, why, and the Dockerfile', async () => {
    const plan = await callWith({ PATH: programs.path }, 'plan', '--json');
    const [job] = JSON.parse(plan.stdout).jobs;

    expect(plan.code).toBe(0);
    expect(job).toMatchObject({
      name: 'train',
      environment: { tag: onlyJob(first).environment?.tag, cached: true },
      image: { tag: onlyJob(first).image.tag, reference: onlyJob(first).image.reference, cached: true },
      run: { command: ['bash', '-eo', 'pipefail', '-c', 'python train.py --lr 1e-4'], timeout: 300 },
    });
    expect(job.environment.dockerfile).toContain(`FROM ${parts.registry.host}/library/python@sha256:`);
  });

  it('builds again when asked to, says both digests, and they are the same', async () => {
    const rebuilt = await call('build', '--rebuild', '--json');

    expect(rebuilt.code).toBe(0);
    expect(onlyJob(rebuilt)).toMatchObject({
      image: {
        result: 'pushed',
        digest: onlyJob(first).image.digest,
        why: 'rebuild asked for: the digest is the same',
      },
      environment: { result: 'built', reference: onlyJob(first).environment?.reference },
    });
  });

  it('gives three users at the same time the same digest', async () => {
    const words = ['--override', `image.env.FRESH=${Date.now()}`, '--json'];
    const all = await Promise.all([
      call('build', ...words),
      call('build', ...words),
      call('build', ...words),
    ]);
    const digests = new Set(all.map((ended) => onlyJob(ended).image.digest));

    expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(digests.size).toBe(1);
    expect(all.flatMap(({ json }) => json.findings).filter(({ level }) => level !== 'notice')).toEqual([]);
  });

  it('makes one environment for several jobs, and runs each', async () => {
    const spec = `image: { requirements: requirements.txt }
timeout: 5m
jobs:
  one: { run: python -c 'import six; print("first job")' }
  two: { run: python -c 'import six; print("second job")', image: { env: { TWO: "2" } } }
  three: { run: python -c 'import six; print("third job")' }
`;
    await repository.write({ 'jobimg.yml': spec });
    const run = await call('run', '--job', 'all', '--json');
    const named = await callWith({ PATH: programs.path }, 'run', '--job', 'two', '--json');
    await repository.write({ 'jobimg.yml': SPEC });
    const [one, two, three] = run.json.jobs as readonly [AnsweredJob, AnsweredJob, AnsweredJob];

    expect(run.code).toBe(0);
    expect(one.environment?.reference).toBe(three.environment?.reference);
    expect(one.image.digest).toBe(three.image.digest);
    expect(two.image.digest).not.toBe(one.image.digest);
    expect(run.json.jobs.map(({ runs }) => runs[0]?.reason)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(run.stderr).toMatch(/first job[\s\S]*second job[\s\S]*third job/);
    expect(named.json.jobs.map(({ name }) => name)).toEqual(['two']);
    expect(onlyJob(named).image).toMatchObject({ result: 'found', digest: two.image.digest });
  });
});
