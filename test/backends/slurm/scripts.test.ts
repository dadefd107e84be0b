import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { listScript, pollScript, removeScript, stopScript } from '../../../src/backends/slurm/script/ask.ts';
import { jobScript } from '../../../src/backends/slurm/script/job.ts';
import { sbatchWords, submitScript } from '../../../src/backends/slurm/script/submit.ts';
import type { Site } from '../../../src/backends/slurm/site.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { CONTAINER_TOOLS, type SlurmSite } from '../../../src/jobspec/job/sites.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { runPlan, SECRET } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const NAME = 'jobimg-test';

function settings(changes: Partial<SlurmSite> = {}): SlurmSite {
  return { container: 'docker', setup: ['module load docker'], ...changes };
}

function site(changes: Partial<SlurmSite> = {}): Site {
  return {
    shell: {
      where: 'local',
      run: async () => Buffer.alloc(0),
      open: () => Promise.reject(new Error('closed')),
      send: () => Promise.reject(new Error('closed')),
    },
    settings: settings(changes),
    clock: systemClock,
    secrets: new Map([['SECRET', SECRET]]),
    pullLogin: async () => undefined,
    progress: () => undefined,
  };
}

function plan(changes: Partial<RunPlan> = {}): RunPlan {
  const command = { kind: 'arguments', words: ['python', "it's", '$(id)', ''] } as const;
  return runPlan(IMAGE, command, { backend: { name: 'slurm', options: {} }, ...changes });
}

const HANDLE = {
  backend: 'slurm',
  run: 'test',
  name: NAME,
  hash: `sha256:${'a'.repeat(64)}`,
  native: {},
} as const;
const LOGIN = { server: 'registry.test', username: 'me', password: "pass'word" };

/** Throws with what the shell has against it. */
function parse(script: string): void {
  execFileSync('sh', ['-n'], { input: script });
}

describe('the scripts of a cluster', () => {
  it.each(CONTAINER_TOOLS)('are scripts of a plain shell, with %s too', (container) => {
    const gpu = { count: { min: 2 }, names: ['A100'], optional: false };
    const run = plan({ secrets: ['SECRET'], resources: { gpu, memory: { min: 1e9 }, shm: 1e9 } });
    const scripts = [
      jobScript(run, NAME, settings({ container })),
      submitScript(run, HANDLE, site({ container }), { login: LOGIN, inputs: 'aaaaaaaa' }),
      pollScript(settings({ folder: '/scratch/me' }), NAME, { offset: 7, ofScheduler: false }),
      listScript(settings()),
      stopScript(settings(), NAME, 3),
      removeScript(settings(), NAME),
    ];

    for (const script of scripts) expect(() => parse(script)).not.toThrow();
  });

  it('write a login for enroot, and none that it would read as something else', () => {
    const submission = (password: string): string =>
      submitScript(plan(), HANDLE, site({ container: 'enroot' }), { login: { ...LOGIN, password } });

    expect(submission('word')).toContain('machine registry.test login me password word\n');
    for (const password of ['pass word', '$(id)'])
      expect(() => submission(password)).toThrow('enroot cannot log in to registry.test');
  });

  it.each(CONTAINER_TOOLS)(
    'give no secret to the batch script, nor to the words of a program, with %s',
    (container) => {
      const run = plan({ secrets: ['SECRET'] });

      const secret = JSON.stringify(SECRET).slice(1, -1);
      expect(jobScript(run, NAME, settings({ container }))).not.toContain('line 1');
      expect(sbatchWords(run, NAME).join(' ')).not.toContain(secret);
    },
  );
});

describe('what Slurm is asked for', () => {
  it('is what the spec says', () => {
    const gpu = { count: { min: 2 }, names: ['A100'], optional: false };
    const options = { partition: 'gpu', account: 'lab', qos: 'high', constraint: 'nvlink&ib' };
    const resources = { gpu, cpu: { min: 8 }, memory: { min: 32 * 1024 ** 3 } };
    const words = sbatchWords(
      plan({ timeout: 7_200, stopGrace: 30, resources, backend: { name: 'slurm', options } }),
      NAME,
    );

    expect(words).toEqual([
      '--parsable',
      '--job-name=jobimg-test',
      expect.stringMatching(/^--comment=jobimg [0-9a-f]{16}$/),
      '--no-requeue',
      '--open-mode=append',
      '--export=ALL',
      '--nodes=1',
      '--ntasks=1',
      '--time=131',
      '--signal=B:TERM@90',
      '--partition=gpu',
      '--account=lab',
      '--qos=high',
      '--constraint=nvlink&ib',
      '--cpus-per-task=8',
      '--mem=32768M',
      '--gpus=a100:2',
    ]);
  });
});
