import { describe, expect, it } from '@jest/globals';
import { DOCKER_ROW } from '../../../src/backends/types/docker.ts';

describe('what a person types to stop a container', () => {
  it.each([
    ['on the engine of the machine', { engine: 'unix:///var/run/docker.sock' }, 'docker stop x'],
    ['on that of a context', { engine: 'ssh://box', context: 'gpu-box' }, 'docker --context gpu-box stop x'],
    ['on one over ssh', { engine: 'ssh://me@box' }, 'docker --host ssh://me@box stop x'],
  ])('%s', (_, native, command) => {
    expect(DOCKER_ROW.stopCommand({ name: 'x', native: native as Record<string, string> })).toBe(command);
  });
});
