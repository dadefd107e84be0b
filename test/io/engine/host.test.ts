import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type EngineHostContext, engineHost, isHere, isPrivate } from '../../../src/io/engine/host.ts';

const CONTEXT = createHash('sha256').update('gpu-box').digest('hex');
const META = `/home/u/.docker/contexts/meta/${CONTEXT}/meta.json`;
const TLS = `/home/u/.docker/contexts/tls/${CONTEXT}/docker`;
const CONFIG = { '/home/u/.docker/config.json': '{"currentContext":"gpu-box"}' };

function metaOf(url: string): string {
  return JSON.stringify({ Name: 'gpu-box', Endpoints: { docker: { Host: url, SkipTLSVerify: false } } });
}

function surroundings(env: Record<string, string>, files: Record<string, string> = {}): EngineHostContext {
  return {
    env,
    home: '/home/u',
    readText: async (path) => files[path],
    exists: async (path) => path in files,
  };
}

describe('the engine that docker would talk to', () => {
  it.each<[string, Record<string, string>, Record<string, string>, object]>([
    [
      'what DOCKER_HOST says, before the context',
      { DOCKER_HOST: 'unix:///run/a.sock' },
      CONFIG,
      { url: 'unix:///run/a.sock', source: 'DOCKER_HOST' },
    ],
    [
      'the current context',
      {},
      { ...CONFIG, [META]: metaOf('unix:///run/b.sock') },
      { url: 'unix:///run/b.sock', source: 'the Docker context "gpu-box"' },
    ],
    [
      'DOCKER_CONTEXT, before the current one',
      { DOCKER_CONTEXT: 'gpu-box' },
      { [META]: metaOf('tcp://box:2375') },
      { url: 'tcp://box:2375', source: 'the Docker context "gpu-box"' },
    ],
    [
      'a context with TLS',
      {},
      { ...CONFIG, [META]: metaOf('tcp://box:2376'), [`${TLS}/ca.pem`]: 'CA' },
      {
        url: 'tcp://box:2376',
        source: 'the Docker context "gpu-box"',
        tls: { ca: 'CA', cert: undefined, key: undefined, unchecked: false },
      },
    ],
    [
      'DOCKER_HOST with TLS',
      { DOCKER_HOST: 'tcp://h:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' },
      { '/certs/ca.pem': 'CA', '/certs/cert.pem': 'C', '/certs/key.pem': 'K' },
      { url: 'tcp://h:2376', source: 'DOCKER_HOST', tls: { ca: 'CA', cert: 'C', key: 'K' } },
    ],
    [
      'one over ssh',
      { DOCKER_HOST: 'ssh://me@box:2222' },
      {},
      {
        url: 'ssh://me@box:2222',
        source: 'DOCKER_HOST',
        ssh: { address: { user: 'me', host: 'box', port: 2222 }, env: { DOCKER_HOST: 'ssh://me@box:2222' } },
      },
    ],
    [
      'a context over ssh',
      {},
      { ...CONFIG, [META]: metaOf('ssh://box') },
      {
        url: 'ssh://box',
        source: 'the Docker context "gpu-box"',
        ssh: { address: { host: 'box' }, env: {} },
      },
    ],
    [
      'the default socket',
      {},
      { '/var/run/docker.sock': '' },
      { url: 'unix:///var/run/docker.sock', source: 'the socket that is there' },
    ],
    [
      'the socket of a rootless engine',
      { XDG_RUNTIME_DIR: '/run/user/1000' },
      { '/run/user/1000/docker.sock': '' },
      { url: 'unix:///run/user/1000/docker.sock', source: 'the socket that is there' },
    ],
    [
      'the default socket, when there is none at all',
      {},
      {},
      { url: 'unix:///var/run/docker.sock', source: 'the default' },
    ],
    [
      'the default context',
      {},
      { '/home/u/.docker/config.json': '{"currentContext":"default"}' },
      { url: 'unix:///var/run/docker.sock', source: 'the default' },
    ],
    [
      'a config folder elsewhere',
      { DOCKER_CONFIG: '/cfg' },
      { '/cfg/config.json': '{}' },
      { url: 'unix:///var/run/docker.sock', source: 'the default' },
    ],
  ])('is %s', async (_, env, files, expected) => {
    expect(await engineHost(surroundings(env, files))).toEqual(expected);
  });

  it('is that of the context that a spec names, before all others', async () => {
    const files = { [META]: metaOf('unix:///b.sock') };

    const host = await engineHost(
      surroundings({ DOCKER_HOST: 'unix:///a', DOCKER_CONTEXT: 'c' }, files),
      'gpu-box',
    );

    expect(host).toEqual({ url: 'unix:///b.sock', source: 'the Docker context "gpu-box"' });
  });

  it.each([
    ['unix:///a', true],
    ['npipe:////./pipe/docker', true],
    ['tcp://127.0.0.1:2375', true],
    ['tcp://box:2376', false],
    ['ssh://127.0.0.1', false],
  ])('at %s is of this machine: %p', (url, expected) => {
    expect(isHere({ url })).toBe(expected);
  });

  it.each([
    ['ssh://me@box', undefined, true],
    ['unix:///a', undefined, true],
    ['npipe:////./pipe/docker', undefined, true],
    ['tcp://127.0.0.1:2375', undefined, true],
    ['tcp://box:2375', undefined, false],
    ['tcp://box:2376', { ca: 'CA' }, true],
    ['tcp://box:2376', { ca: 'CA', unchecked: true }, false],
  ])('at %s with %j is private: %p', (url, tls, expected) => {
    expect(isPrivate({ url, source: '', tls })).toBe(expected);
  });

  it.each([
    [
      'over ssh with a password',
      { DOCKER_HOST: 'ssh://me:hunter2@box' },
      {},
      'the Docker engine "ssh://me:…@box" (DOCKER_HOST) cannot be reached from here',
    ],
    [
      'at no address',
      { DOCKER_HOST: 'box' },
      {},
      'the Docker engine "box" (DOCKER_HOST) cannot be reached from here',
    ],
    [
      'of a context that is not there',
      { DOCKER_CONTEXT: 'x' },
      {},
      'the Docker context "x" has no Docker endpoint',
    ],
    [
      'in a config that is no JSON',
      {},
      { '/home/u/.docker/config.json': '{' },
      '"/home/u/.docker/config.json" is not JSON',
    ],
  ] as const)('is refused %s', async (_, env, files, message) => {
    await expect(engineHost(surroundings(env, files))).rejects.toThrow(message);
  });
});
