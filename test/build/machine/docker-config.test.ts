import { mkdir, mkdtemp, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../../../src/build/command/child-environment.ts';
import { privateDockerConfig } from '../../../src/build/machine/docker-config.ts';

async function newFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'jobimg-'));
}

const LOGIN = '{"auths":{"ghcr.io":{"auth":"b3VyczpzZWNyZXQ="}}}';

const ALL = { credentials: true };

describe('privateDockerConfig', () => {
  it('holds our logins and none of the user, and still finds builders, plugins and contexts', async () => {
    const [original, folder] = [await newFolder(), await newFolder()];
    await mkdir(join(original, 'cli-plugins'));
    await writeFile(
      join(original, 'config.json'),
      '{"auths":{"other":{"auth":"x"}},"credsStore":"desktop","currentContext":"remote","proxies":{"default":{}}}',
    );

    const env = await privateDockerConfig(folder, {
      credentials: LOGIN,
      env: { DOCKER_CONFIG: original },
      rights: ALL,
    });

    const config = join(folder, 'docker');
    expect(env).toEqual({ DOCKER_CONFIG: config, BUILDX_CONFIG: join(original, 'buildx') });
    expect(JSON.parse(await readFile(join(config, 'config.json'), 'utf8'))).toEqual({
      auths: { 'ghcr.io': { auth: 'b3VyczpzZWNyZXQ=' } },
      currentContext: 'remote',
      proxies: { default: {} },
    });
    expect((await stat(config)).mode & 0o777).toBe(0o700);
    expect((await stat(join(config, 'config.json'))).mode & 0o777).toBe(0o600);
    expect(await readlink(join(config, 'cli-plugins'))).toBe(join(original, 'cli-plugins'));
  });

  it('works for a user who never used docker, and keeps what the environment says', async () => {
    const [home, folder] = [await newFolder(), await newFolder()];

    const env = await privateDockerConfig(folder, {
      credentials: '{}',
      env: { HOME: home, BUILDX_CONFIG: '/builders', DOCKER_TLS_VERIFY: '1' },
      rights: ALL,
    });

    expect(env).toEqual({
      DOCKER_CONFIG: join(folder, 'docker'),
      BUILDX_CONFIG: '/builders',
      DOCKER_CERT_PATH: join(home, '.docker'),
    });
  });

  it('says which file is broken', async () => {
    const [original, folder] = [await newFolder(), await newFolder()];
    await writeFile(join(original, 'config.json'), '{');

    await expect(
      privateDockerConfig(folder, { credentials: '{}', env: { DOCKER_CONFIG: original }, rights: ALL }),
    ).rejects.toThrow(`"${join(original, 'config.json')}" is not valid JSON`);
  });
});

describe('childEnvironment', () => {
  const env = {
    PATH: '/bin',
    DOCKER_HOST: 'unix:///x',
    LD_PRELOAD: 'evil.so',
    NODE_OPTIONS: '--require evil',
    AWS_SECRET_ACCESS_KEY: 'secret',
    ACTIONS_RUNTIME_TOKEN: 'token',
    HF_TOKEN: 'secret',
    SOURCE_DATE_EPOCH: '1',
    DOCKER_DEFAULT_PLATFORM: 'linux/arm64',
    https_proxy: 'p',
  };

  it('hands over what docker reads and nothing else', () => {
    expect(childEnvironment(env, [])).toEqual({ PATH: '/bin', DOCKER_HOST: 'unix:///x', https_proxy: 'p' });
  });

  it('hands over no entry of PATH that would mean the checkout', () => {
    expect(childEnvironment({ PATH: ':/bin:tools:' }, [])).toEqual({ PATH: '/bin' });
  });

  it("gives a cache's credentials only to that cache", () => {
    expect(childEnvironment(env, ['type=gha,scope=x'])).toMatchObject({ ACTIONS_RUNTIME_TOKEN: 'token' });
    expect(childEnvironment(env, ['type=gha'])).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
  });

  it('tells the steps of code without rights no login of a proxy', async () => {
    const [original, folder] = [await newFolder(), await newFolder()];
    const proxies = {
      default: { httpProxy: 'http://ada:secret@proxy.example.com:3128', noProxy: 'localhost,.example.com' },
      'tcp://engine:2376': { httpsProxy: 'http://proxy.example.com/?token=secret' },
    };
    await writeFile(join(original, 'config.json'), JSON.stringify({ proxies }));

    await privateDockerConfig(folder, {
      credentials: '{}',
      env: { DOCKER_CONFIG: original },
      rights: { credentials: false },
    });

    expect(JSON.parse(await readFile(join(folder, 'docker/config.json'), 'utf8'))).toEqual({
      proxies: {
        default: { httpProxy: 'http://proxy.example.com:3128', noProxy: 'localhost,.example.com' },
        'tcp://engine:2376': {},
      },
    });
  });
});
