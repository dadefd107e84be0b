import { describe, expect, it } from '@jest/globals';
import { freeSpaceHint, isHosted } from '../../src/disk/free-space.ts';

describe('what frees space', () => {
  it.each([
    [true, true, false],
    [false, false, true],
    [undefined, true, true],
  ])('is said for a runner that is hosted: %s', (hosted, github, docker) => {
    const hint = freeSpaceHint(hosted);

    expect(hint.includes('sudo rm -rf ')).toBe(github);
    expect(hint.includes('docker system prune')).toBe(docker);
  });

  it('is a step of a workflow, line for line', () => {
    const [, ...lines] = freeSpaceHint(true).split('\n');

    expect(lines.map((line) => line.trim())).toEqual([
      '- run: |',
      'sudo rm -rf /usr/local/lib/android /usr/local/.ghcup /usr/share/dotnet /usr/share/swift /opt/hostedtoolcache/CodeQL',
      'docker image prune --all --force',
    ]);
  });

  it.each([
    [{ RUNNER_ENVIRONMENT: 'github-hosted' }, true],
    [{ RUNNER_ENVIRONMENT: 'self-hosted' }, false],
    [{}, false],
  ])('knows a runner of GitHub by %j: %s', (env, hosted) => {
    expect(isHosted(env)).toBe(hosted);
  });
});
