import { describe, expect, it } from '@jest/globals';
import { planDocument } from '../../../src/backends/command/plan/document.ts';
import { fillTemplate, fillWords } from '../../../src/backends/command/plan/fill.ts';
import { shellText, wrappedArgv } from '../../../src/backends/command/plan/wrapper.ts';
import { PRESET_TEXTS } from '../../../src/data/places/texts.ts';
import type { CommandSite } from '../../../src/jobspec/job/sites.ts';
import { readPreset } from '../../../src/jobspec/layers/places/preset.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const GB = 2 ** 30;
const NAME = 'jobimg-1';
const IMAGE_TEXT = planDocument(runPlan(IMAGE, { kind: 'arguments', words: [] }), NAME)['image'];

function siteOf(name: string): CommandSite {
  return readPreset(name, PRESET_TEXTS.get(name) ?? '').site;
}

const RUN = runPlan(
  IMAGE,
  { kind: 'arguments', words: ['python', 'train.py', 'a b'] },
  {
    env: new Map([['A', '1']]),
    secrets: ['TOKEN'],
    timeout: 3_600,
    stopGrace: 10,
    workdir: '/app',
    resources: {
      gpu: { optional: false, count: { min: 2 }, names: ['H100'], memory: { min: 40 * GB } },
      cpu: { min: 8 },
      memory: { min: 32 * GB },
      shm: 8 * GB,
    },
  },
);

/** What a client is started with, and the files that it is given. */
function handed(name: string, options: Readonly<Record<string, string>> = {}) {
  const site = siteOf(name);
  const argv = wrappedArgv(RUN, { name: NAME, hash: RUN.hash }, site.wrap);
  const known = {
    ...{ name: NAME, hash: RUN.hash, image: IMAGE_TEXT, grace: '10', folder: '/f', argv },
    ...{ command: shellText(argv), variables: [] },
  };
  const values = {
    known,
    options: new Map([...site.options, ...Object.entries(options)]),
    document: planDocument(RUN, NAME),
  };
  const files = [...site.submit.files].map(([file, one]) => [file, fillTemplate(one, values)]);
  return {
    argv,
    command: known.command,
    words: fillWords(site.submit.run, values),
    files: Object.fromEntries(files),
  };
}

describe('what a client is handed', () => {
  it('is a definition of a job, for AWS Batch', () => {
    const { argv, files, words } = handed('aws-batch', {
      queue: 'q',
      secrets: 'arn:aws:x:',
      'secrets-end': '::',
    });

    expect(files['definition.json']).toMatchObject({
      jobDefinitionName: NAME,
      containerProperties: {
        image: IMAGE_TEXT,
        command: argv,
        environment: [{ name: 'A', value: '1' }],
        secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:x:TOKEN::' }],
        resourceRequirements: [
          { type: 'VCPU', value: '8' },
          { type: 'MEMORY', value: '32768' },
          { type: 'GPU', value: '2' },
        ],
        linuxParameters: { initProcessEnabled: true, sharedMemorySize: 8_192 },
      },
      timeout: { attemptDurationSeconds: 3_670 },
    });
    expect(words.slice(2, 7)).toEqual(['submit-job', '--job-name', NAME, '--job-queue', 'q']);
  });

  it('is a task, for SkyPilot, whose client reads it so', () => {
    const { command, files, words } = handed('skypilot');

    expect(files['task.yaml']).toEqual({
      name: NAME,
      resources: {
        image_id: `docker:${IMAGE_TEXT}`,
        cpus: '8+',
        memory: '32+',
        accelerators: ['H100:2'],
        job_recovery: { max_restarts_on_errors: 0 },
      },
      envs: { A: '1' },
      run: command,
    });
    expect(words.slice(5)).toEqual(['--name', NAME, '--secret', 'TOKEN', '/f/task.yaml']);
  });

  it('is a task, for dstack, whose client reads it so', () => {
    const { command, files } = handed('dstack');

    expect(files['task.dstack.yml']).toMatchObject({
      type: 'task',
      commands: [command],
      env: ['A=1', 'TOKEN=$' + '{{ secrets.TOKEN }}'],
      max_duration: '3670s',
      resources: {
        cpu: '8..',
        memory: '32GB..',
        shm_size: '8GB',
        gpu: { count: 2, name: ['H100'], memory: '40GB..' },
      },
    });
  });

  it('is a command line, for Hugging Face and an engine, without the values of secrets', () => {
    const { argv, words } = handed('huggingface', { flavor: 'h200x2' });

    expect(words.slice(5)).toEqual([
      ...['--name', NAME, '--label', `jobimg-run=${RUN.id}`, '--flavor', 'h200x2', '--timeout', '3670s'],
      ...['--env', 'A=1', '--secrets', 'TOKEN', IMAGE_TEXT, ...argv],
    ]);
    expect(handed('metaflow').words).toEqual(
      expect.arrayContaining([`METAFLOW_BATCH_CONTAINER_IMAGE=${IMAGE_TEXT}`, '--gpus', '2']),
    );
    expect(handed('metaflow', { with: 'kubernetes' }).words).toEqual(
      expect.arrayContaining(['METAFLOW_DEFAULT_DECOSPECS=kubernetes']),
    );
    expect(handed('metaflow', { with: 'kubernetes' }).words).not.toContain('--gpus');
  });
});
