import { describe, expect, it } from '@jest/globals';
import { mirrorsOf, parseSpec, selectJobs } from '../../../src/jobspec/parse.ts';
import { findingsOf, linesOf, problemsOf, readJob, specFile } from '../read.ts';

const JOBS = `
image: { python: 3.11, apt: [ffmpeg], env: { A: 1 } }
env: { X: 1, Y: 2 }
params: { lr: 1 }
run: python train.py
timeout: 1h
jobs:
  train: { timeout: 12h, env: { Y: 3 }, image: { apt: [git] } }
  evaluate: { command: [python, evaluate.py], image: python:3.12 }
  plain:
`;
const overrides = (values: Readonly<Record<string, string>>) => ({
  overrides: new Map(Object.entries(values)),
});
const defaults = (text: string) => ({ defaults: { path: 'org.yml', text, format: 'jobimg' } });

describe('keys beside "jobs:"', () => {
  it('merge one level deep with those of a job', () => {
    const train = readJob(JOBS, { job: 'train' });

    expect(train.name).toBe('train');
    expect(train.timeout).toBe(12 * 3600);
    expect(train.env).toEqual(
      new Map([
        ['X', ['1']],
        ['Y', ['3']],
      ]),
    );
    expect(train.image).toMatchObject({ python: '3.11', apt: ['git'], env: new Map([['A', '1']]) });
    expect(train.command).toMatchObject({ kind: 'shell', lines: [['python train.py']] });
  });

  it('give way to another kind of value', () => {
    const evaluate = readJob(JOBS, { job: 'evaluate' });

    expect(evaluate.image).toMatchObject({ kind: 'given' });
    expect(evaluate.command).toEqual({ kind: 'arguments', words: [['python'], ['evaluate.py']] });
    expect(evaluate.timeout).toBe(3600);
  });

  it('are all there is of a job without keys', () => {
    expect(readJob(JOBS, { job: 'plain' })).toMatchObject({ name: 'plain', timeout: 3600 });
  });

  it('keep the place they were written at', () => {
    const { origins } = readJob(JOBS, { job: 'train' });

    expect(origins.get('image.python')).toEqual({ file: 'jobimg.yml', line: 2, column: 18 });
    expect(origins.get('image.apt.0')).toEqual({ file: 'jobimg.yml', line: 8, column: 56 });
  });
});

describe('the choice of a job', () => {
  const names = (job: string | undefined, toRun: boolean) =>
    selectJobs(parseSpec(specFile(JOBS)), { job, toRun }).map(({ name }) => name);

  it.each([
    [undefined, false, ['train', 'evaluate', 'plain']],
    ['all', false, ['train', 'evaluate', 'plain']],
    ['all', true, ['train', 'evaluate', 'plain']],
    ['evaluate', true, ['evaluate']],
  ])('%s (to run: %s)', (job, toRun, expected) => {
    expect(names(job, toRun)).toEqual(expected);
  });

  it('is asked for when several could be run', () => {
    expect(linesOf(findingsOf(() => names(undefined, true)))).toEqual([
      'jobimg.yml the spec has 3 jobs: train, evaluate, plain',
    ]);
  });

  it('suggests the nearest name', () => {
    const [problem] = findingsOf(() => names('trian', false));

    expect(problem).toMatchObject({ message: 'the spec has no job "trian"', hint: 'did you mean "train"?' });
  });

  it.each([
    ['acme', {}],
    ['all', {}],
    ['acme', { repositoryName: 'Acme' }],
  ])('%s of a file that is one job', (job, choice) => {
    expect(readJob('run: x', { job, ...choice }).name).toBe('acme');
  });

  it('refuses another name for a file that is one job', () => {
    expect(linesOf(problemsOf('run: x', { job: 'train' }))).toEqual(['job the spec has no job "train"']);
  });

  it.each([
    ['Acme Train', 'acme-train'],
    ['.github', 'github'],
    ['Ä', 'job'],
    ['a'.repeat(80), 'a'.repeat(63)],
    ['', 'job'],
  ])('takes its name from the repository: %s', (repositoryName, name) => {
    expect(readJob('run: x', { repositoryName }).name).toBe(name);
  });

  it('asks for something to run', () => {
    expect(linesOf(problemsOf('gpu: 1', { toRun: true }))).toEqual(['1:1 there is nothing to run']);
    expect(readJob('gpu: 1').command).toEqual({ kind: 'arguments', words: [] });
  });
});

describe('"jobs:" badly written', () => {
  it.each([
    ['jobs: [a]', '1:7 "jobs" must be a mapping from names to jobs'],
    ['jobs:', '1:6 "jobs" must be a mapping from names to jobs'],
    ['jobs: { Train: { run: x } }', '1:9 "Train" is not a name of a job'],
    ['jobs: { all: { run: x } }', '1:9 no job can be called "all"'],
    ['jobs: { a: x }', '1:12 the job "a" is not a mapping'],
    ['name: x\njobs: { a: { run: x } }', '1:1 "name" beside "jobs" would name each of them'],
    ['jobs: { a: { run: x, jobs: {} } }', '1:22 unknown key "jobs"'],
    ['jobs: { a: { run: x, timeot: 1 } }', '1:22 unknown key "timeot"'],
    ['jobs: { a: { name: c }, b: { name: c } }', '1:36 two jobs are called "c"'],
  ])('%s', (text, line) => {
    expect(linesOf(problemsOf(text))).toEqual([line]);
  });
});

describe('overrides', () => {
  it('replace what the spec says, read as YAML', () => {
    const job = readJob(JOBS, {
      job: 'train',
      ...overrides({
        timeout: '30m',
        'image.python': '3.10',
        'image.apt': '[a1, b2]',
        'env.Z': '"x y"',
        gpu: '{ count: 2 }',
      }),
    });

    expect(job.timeout).toBe(1800);
    expect(job.image).toMatchObject({ python: '3.10', apt: ['a1', 'b2'] });
    expect(job.env.get('Z')).toEqual(['x y']);
    expect(job.resources.gpu?.count).toEqual({ min: 2, max: 2 });
    expect(job.origins.get('image.python')).toEqual({ file: 'overrides', isInput: true });
  });

  it('replace the image as a whole', () => {
    const job = readJob(JOBS, { job: 'train', ...overrides({ image: 'ghcr.io/acme/train:1' }) });

    expect(job.image).toEqual({
      kind: 'given',
      reference: { registry: 'ghcr.io', path: 'acme/train', tag: '1' },
    });
  });

  it('give a param its value', () => {
    expect(readJob(JOBS, { job: 'train', ...overrides({ 'params.lr': '7' }) }).params.get('lr')).toEqual({
      type: 'int',
      text: '7',
    });
  });

  it('set one item of a list', () => {
    expect(readJob('image: { build: [a, b] }', overrides({ 'image.build.1': 'c' })).image).toMatchObject({
      build: [{ run: 'a' }, { run: 'c', origin: { file: 'overrides', isInput: true } }],
    });
  });

  it('can be for one job', () => {
    const given = overrides({ 'jobs.train.timeout': '1m' });

    expect(readJob(JOBS, { job: 'train', ...given }).timeout).toBe(60);
    expect(readJob(JOBS, { job: 'plain', ...given }).timeout).toBe(3600);
  });

  it.each([
    ['timeot', '1', 'overrides unknown key "timeot"'],
    ['timeout', 'soon', 'overrides timeout: "soon" is not a duration'],
    ['image..x', '1', 'overrides "image..x" is not a path of the spec'],
    ['__proto__.x', '1', 'overrides "__proto__.x" is not a path of the spec'],
    ['env', '[', 'overrides env: the YAML cannot be read: flow sequence must end with a ]'],
    ['retry', '2', 'overrides retry: expected a mapping, found one value'],
    ['jobs.nobody.timeout', '1m', 'overrides the spec has no job "nobody"'],
  ])('%s=%s is refused', (key, value, line) => {
    expect(linesOf(problemsOf(JOBS, { job: 'train', ...overrides({ [key]: value }) }))).toEqual([line]);
  });
});

describe('the defaults file', () => {
  it('stands below the spec', () => {
    const job = readJob(
      'run: x\nimage: { python: 3.12 }\n',
      defaults('timeout: 2h\nimage: { python: 3.9, base: corp/python:1 }\n'),
    );

    expect(job.timeout).toBe(7200);
    expect(job.image).toMatchObject({ python: '3.12', base: { path: 'corp/python' } });
    expect(job.origins.get('timeout')).toEqual({ file: 'org.yml', line: 1, column: 10 });
    expect(job.origins.get('run')).toEqual({ file: 'jobimg.yml', line: 1, column: 6 });
  });

  it('gives no base to a repository with its own Dockerfile', () => {
    const job = readJob('image: { dockerfile: D }', defaults('image: { base: corp/python:1 }'));

    expect(job.image).toMatchObject({ base: undefined, dockerfile: { path: 'D' } });
  });

  it('says where bases are read from', () => {
    const text =
      'mirrors: { docker.io: mirror.example.com/hub }\nbase-registry: mirror.example.com:5000\ntimeout: 2h\n';

    expect(mirrorsOf(defaults(text).defaults)).toEqual({
      mirrors: new Map([['docker.io', 'mirror.example.com/hub']]),
      baseRegistry: 'mirror.example.com:5000',
    });
    expect(mirrorsOf(undefined)).toEqual({ mirrors: new Map() });
    expect(readJob('run: x', defaults(text)).timeout).toBe(7200);
  });

  it.each([
    ['jobs: {}', '1:1 "jobs" in a file of defaults'],
    ['name: x', '1:1 "name" in a file of defaults'],
    ['timeout: x', '1:10 timeout: "x" is not a duration'],
    ['mirrors: [x]', '1:10 mirrors: expected a mapping, found a list'],
    [
      'mirrors: { docker.io: "https://x" }',
      '1:23 mirrors.docker.io: "https://x" is not a registry with a path',
    ],
    ['mirrors: { "a b": x }', '1:12 mirrors: "a b" is not a registry'],
    ['allow-untrusted: true', '1:18 "allow-untrusted" is not supported yet'],
    ['require-provenance: true', '1:21 "require-provenance" is not supported yet'],
  ])('%s is refused', (text, line) => {
    const given = defaults(text);

    const lines = linesOf([...findingsOf(() => mirrorsOf(given.defaults)), ...problemsOf('run: x', given)]);

    expect([...new Set(lines)]).toEqual([line]);
  });

  it('has keys that no spec may have', () => {
    expect(problemsOf('mirrors: {}')).toMatchObject([
      { message: 'unknown key "mirrors"', hint: 'it belongs in the defaults file (input "defaults")' },
    ]);
  });
});
