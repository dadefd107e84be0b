import { describe, expect, it } from '@jest/globals';
import { fillTemplate, fillWords } from '../../../src/backends/command/plan/fill.ts';

const VALUES = {
  known: { variables: ['A', 'B'], argv: ['sh', '-c', 'echo  1'], cursor: undefined },
  options: new Map([['queue', 'gpu']]),
  document: { env: { A: '1' }, resources: { gpus: 2, memory: 1_073_741_825, cpus: undefined } },
};

describe('a template of a place', () => {
  it('has a word for each item, and none for what is not there', () => {
    const words = [
      'docker',
      { each: 'variables', put: ['--env', '{{ item }}'] },
      { if: 'cursor', put: ['--next', '{{ cursor }}'] },
      { if: 'plan.resources.cpus', put: '{{ plan.resources.cpus }}', else: 'all' },
      { each: 'argv', put: '{{ item }}' },
    ];

    expect(fillWords(words, VALUES)).toEqual([
      ...['docker', '--env', 'A', '--env', 'B', 'all', 'sh', '-c', 'echo  1'],
    ]);
  });

  it('has bytes in larger units, rounded up, and numbers as their texts', () => {
    const template = {
      memory: '{{ plan.resources.memory | mib }}',
      size: '{{ plan.resources.memory | gib }}GB',
      gpus: { type: 'GPU', value: '{{ plan.resources.gpus | text }}' },
      cpus: { if: 'plan.resources.cpus', put: 1, else: '{{ options.queue }}' },
      disk: '{{ plan.resources.disk | gib }}',
    };

    expect(fillTemplate(template, VALUES)).toEqual({
      memory: 1_025,
      size: '2GB',
      gpus: { type: 'GPU', value: '2' },
      cpus: 'gpu',
    });
  });
});
