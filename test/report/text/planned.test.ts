import { describe, expect, it } from '@jest/globals';
import { checkSentence } from '../../../src/report/command/check.ts';
import { printDockerfiles, printPlanned } from '../../../src/report/text/planned.ts';
import type { Preview } from '../../../src/tools/result.ts';
import { ENVIRONMENT, job, jobPlan, runPlan } from '../results.ts';

const FILES = { kind: 'listed', paths: [] } as const;
const ENTRY = { kind: 'file', executable: false, content: 'a'.repeat(64) } as const;

const PLAN = jobPlan({
  job: job({ params: new Map([['lr', { type: 'float', text: '0.1' }]]) }),
  image: {
    kind: 'layer',
    environment: ENVIRONMENT,
    id: undefined,
    tag: 'train-1111111111111111',
    inputs: {},
    carried: '{}',
    layer: {
      files: FILES,
      entries: [
        { ...ENTRY, path: 'a.py', size: 1200 },
        { ...ENTRY, path: 'b.py', size: 300 },
      ],
      folder: '/workspace',
    },
    layers: [],
    labels: new Map(),
  },
});

function preview(more: Partial<Preview> = {}): Preview {
  return {
    found: new Map([['train', { environment: false, image: false }]]),
    runs: new Map([['train', [runPlan({ resources: { memory: { min: 8e9, max: 8e9 } } })]]]),
    why: new Map([['train', 'rebuilt: requirements.txt changed']]),
    findings: [],
    ...more,
  };
}

describe('a plan as a person reads it', () => {
  it('has command, params, limits, why it would be built, and the size of the code', () => {
    expect(printPlanned(PLAN, preview())).toEqual([
      'job          train',
      'command      python train.py --lr 1e-4',
      'params       lr=0.1',
      'limits       time 2 h, memory 8GB',
      'base         docker.io/library/python:3.13',
      'steps        ',
      'environment  env-eeeeeeeeeeeeeeee (to be created)',
      'image        train-1111111111111111 (to be created)',
      'why          rebuilt: requirements.txt changed',
      'code         2 files, 1.5 kB',
    ]);
  });

  it('has every leg of a matrix, and words that a shell would split in quotes', () => {
    const leg = (label: string) => ({ label, values: new Map(), maxParallel: 2, failFast: true });
    const command = { kind: 'arguments', words: ['python', 'a b'] } as const;
    const shown = { command, env: new Map(), outputs: [] };
    const runs = [runPlan({ leg: leg('lr=1'), shown }), runPlan({ leg: leg('lr=2') })];

    const lines = printPlanned(PLAN, preview({ runs: new Map([['train', runs]]) }));

    expect(lines).toContain('command      python "a b"');
    expect(lines.at(-1)).toBe('runs         2, 2 at a time: lr=1; lr=2');
  });

  it('says nothing of what was not looked up', () => {
    const lines = printPlanned(PLAN, preview({ found: new Map(), why: new Map() }));

    expect(lines.join('\n')).not.toMatch(/to be created|why/);
  });
});

describe('the Dockerfiles of a plan', () => {
  it('are whole, below the name of their job', () => {
    expect(printDockerfiles([PLAN])).toEqual([
      '# the environment of the job train',
      ...ENVIRONMENT.build.dockerfile.split('\n'),
    ]);
  });
});

describe('a check that found no error', () => {
  const plan = { destination: { kind: 'engine' }, jobs: [PLAN] } as const;
  const warning = { level: 'warning', code: 'x', message: 'x' } as const;

  it.each([
    [[], 'jobimg.yml: no problems'],
    [[{ ...warning, level: 'notice' } as const], 'jobimg.yml: no problems'],
    [[warning], 'jobimg.yml: no errors, 1 warning'],
    [[warning, warning], 'jobimg.yml: no errors, 2 warnings'],
  ])('%j ends with "%s"', (findings, sentence) => {
    expect(checkSentence(plan, findings)).toBe(sentence);
  });
});
