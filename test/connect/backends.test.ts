import { describe, expect, it } from '@jest/globals';
import { connectLeftRun, isBackendHere } from '../../src/connect/backends.ts';
import type { ConnectContext } from '../../src/connect/context.ts';
import { connectEngine } from '../../src/connect/docker.ts';

const HANDLE = { run: 'train-1', name: 'jobimg-train-1', hash: 'sha256:ab', native: {} } as const;

describe('a run that was left behind', () => {
  it.each(['later', '__proto__', 'constructor'])(
    'of the backend "%s", which another release knows, is told and not looked for',
    async (backend) => {
      const host = { info: () => undefined, finding: () => undefined };

      const connecting = connectLeftRun({ ...HANDLE, backend }, { env: {}, defaults: undefined, host });

      await expect(connecting).rejects.toThrow(
        `it was started on the backend "${backend}", which is not known here`,
      );
    },
  );
});

describe('a backend', () => {
  const context = (env: Readonly<Record<string, string>>): ConnectContext =>
    ({ env, engine: () => connectEngine(env) }) as unknown as ConnectContext;
  const home = { HOME: '/nonexistent' };

  it.each([
    ['the socket of this machine', { DOCKER_HOST: 'unix:///run/docker.sock' }, true],
    ['an engine over ssh', { DOCKER_HOST: 'ssh://me@box' }, false],
    ['one behind TLS', { DOCKER_HOST: 'tcp://box:2376' }, false],
  ])('that is %s', async (_, env, expected) => {
    const choice = { name: 'docker', options: {} } as const;

    expect(await isBackendHere(choice, context({ ...home, ...env }))).toBe(expected);
  });
});
