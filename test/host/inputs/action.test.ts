import { describe, expect, it } from '@jest/globals';
import { readInputs } from '../../../src/host/inputs/action.ts';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';

const WORKSPACE = { GITHUB_WORKSPACE: '/github/workspace' };

describe('readInputs', () => {
  it('takes an input that is empty for one that was not given', () => {
    const { inputs, findings } = readInputs({
      ...WORKSPACE,
      INPUT_SPEC: '',
      INPUT_CHECK: '',
      INPUT_TAGS: ' \n ',
    });

    expect(inputs).toEqual({ ...INPUT_DEFAULTS, folder: '/github/workspace' });
    expect(findings).toEqual([]);
  });

  it('reads every input', () => {
    const { inputs } = readInputs({
      ...WORKSPACE,
      INPUT_SPEC: ' jobs/train.yml ',
      INPUT_JOB: 'train',
      'INPUT_WORKING-DIRECTORY': 'sub/folder',
      INPUT_REGISTRY: 'ghcr.io/acme/train',
      'INPUT_REGISTRY-AUTH': '- registry: ghcr.io',
      INPUT_CHECK: 'false',
      INPUT_PUSH: 'true',
      INPUT_DISPATCH: 'false',
      INPUT_PARAMS: '# comment\nlr=1e-4\n\nquery = a=b # kept\n',
      INPUT_OVERRIDES: 'image=ghcr.io/acme/x:1',
      INPUT_DEFAULTS: 'org.yml',
      INPUT_TAGS: 'latest, v1\nv1.2',
      INPUT_REBUILD: 'True',
      INPUT_BUILDER: 'remote',
      'INPUT_CACHE-FROM': 'type=gha\ntype=registry,ref=a/b',
      'INPUT_CACHE-TO': 'type=gha,mode=max',
      INPUT_DETACH: 'false',
      INPUT_SUMMARY: 'FALSE',
      'INPUT_GITHUB-TOKEN': 'token',
    });

    expect(inputs).toEqual({
      ...INPUT_DEFAULTS,
      spec: ['jobs/train.yml'],
      job: { kind: 'named', name: 'train' },
      folder: '/github/workspace/sub/folder',
      registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
      registryAuth: '- registry: ghcr.io',
      push: 'yes',
      dispatch: 'no',
      params: new Map([
        ['lr', '1e-4'],
        ['query', 'a=b # kept'],
      ]),
      overrides: new Map([['image', 'ghcr.io/acme/x:1']]),
      defaults: 'org.yml',
      tags: ['latest', 'v1', 'v1.2'],
      rebuild: true,
      builder: 'remote',
      cacheFrom: ['type=gha', 'type=registry,ref=a/b'],
      cacheTo: ['type=gha,mode=max'],
      summary: false,
      githubToken: 'token',
    });
  });

  it.each([
    ['all', { kind: 'all' }],
    ['evaluate', { kind: 'named', name: 'evaluate' }],
  ])('reads the job "%s"', (text, job) => {
    expect(readInputs({ INPUT_JOB: text }).inputs.job).toEqual(job);
  });

  it.each([
    ['auto', { kind: 'auto' }],
    ['none', { kind: 'none' }],
  ])('reads the registry "%s"', (text, registry) => {
    expect(readInputs({ INPUT_REGISTRY: text }).inputs.registry).toEqual(registry);
  });

  it('ends after the plan when only a check is wanted', () => {
    expect(readInputs({ INPUT_CHECK: 'true' }).inputs).toMatchObject({ check: true, until: 'plan' });
  });

  it('tells everything that is wrong at once', () => {
    const env = {
      INPUT_CHECK: 'yes',
      INPUT_PUSH: 'maybe',
      INPUT_PARAMS: 'lr\n=1',
      INPUT_TAGS: '-x',
      INPUT_DETACH: 'maybe',
    };

    expect(() => readInputs(env)).toThrow(
      expect.objectContaining({
        kind: 'input',
        findings: [
          expect.objectContaining({ message: 'input `check`: "yes" is not true or false' }),
          expect.objectContaining({ message: 'input `push`: "maybe" is not auto, true or false' }),
          expect.objectContaining({ message: 'input `params`: "lr" is not key=value' }),
          expect.objectContaining({ message: 'input `params`: "=1" is not key=value' }),
          expect.objectContaining({ message: 'input `tags`: "-x" is not a tag' }),
          expect.objectContaining({ message: 'input `detach`: "maybe" is not true or false' }),
        ],
      }),
    );
  });

  it('suggests the nearest name for an input that nobody knows', () => {
    const { findings } = readInputs({ INPUT_CACHEFROM: 'x', INPUT_ZZZZZZ: 'y' });

    expect(findings.map(({ message, hint }) => [message, hint])).toEqual([
      ['there is no input "cachefrom"', 'did you mean "cache-from"?'],
      ['there is no input "zzzzzz"', expect.stringContaining('inputs are spec, strict, undefined, job')],
    ]);
  });

  it('takes the defaults file of the machine when the step names none', () => {
    const machine = { JOBIMG_DEFAULTS: '/etc/jobimg/defaults.yml' };

    expect(readInputs(machine).inputs.defaults).toBe('/etc/jobimg/defaults.yml');
    expect(readInputs({ ...machine, INPUT_DEFAULTS: 'own.yml' }).inputs.defaults).toBe('own.yml');
    expect(readInputs({ JOBIMG_DEFAULTS: '' }).inputs.defaults).toBeUndefined();
    expect(() => readInputs({ JOBIMG_DEFAULTS: 'defaults.yml' })).toThrow('which is no absolute path');
  });
});
