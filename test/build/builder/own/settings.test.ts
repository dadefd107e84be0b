import { describe, expect, it } from '@jest/globals';
import { renderBuildkitdConfig } from '../../../../src/build/builder/own/buildkitd-config.ts';
import { createArguments } from '../../../../src/build/builder/own/create-arguments.ts';
import { engineNetwork } from '../../../../src/build/builder/own/engine-network.ts';
import {
  builderSettings,
  fingerprintOf,
  type SettingsFacts,
} from '../../../../src/build/builder/own/settings.ts';
import { parseReference } from '../../../../src/oci/reference.ts';

function facts(more: Partial<SettingsFacts> = {}): SettingsFacts {
  return {
    image: parseReference('docker.io/moby/buildkit:v0.32.2'),
    hosts: ['docker.io', 'ghcr.io'],
    engine: { registries: [], proxies: new Map() },
    proxies: new Map(),
    certificates: '',
    hostNetwork: false,
    ...more,
  };
}

describe('what a builder is made with', () => {
  it('is an image and nothing else on a machine that has nothing special', () => {
    const { settings } = builderSettings(facts());

    const words = createArguments(settings, { config: '/tmp/b.toml', nameOf: (host) => `${host}.pem` });

    expect(words).toEqual([
      ...['create', '--name', 'jobimg', '--driver', 'docker-container'],
      ...['--driver-opt', 'image=docker.io/moby/buildkit:v0.32.2'],
      ...['--driver-opt', 'env.JOBIMG_BUILDKIT=docker.io/moby/buildkit:v0.32.2'],
      ...['--driver-opt', `env.JOBIMG_SETTINGS=${fingerprintOf(settings)}`],
      ...['--buildkitd-config', '/tmp/b.toml'],
    ]);
  });

  it.each([
    ['a registry on loopback', { hosts: ['127.0.0.1:5000'] }],
    ['a registry called localhost', { hosts: ['localhost:5000'] }],
    ['a proxy on loopback', { proxies: new Map([['HTTPS_PROXY', 'http://127.0.0.1:3128']]) }],
    ['a proxy without scheme', { proxies: new Map([['https_proxy', 'localhost:3128']]) }],
    ['steps that use the network of the machine', { hostNetwork: true }],
  ])('shares the network of the machine for %s', (_, more) => {
    expect(builderSettings(facts(more)).settings.hostNetwork).toBe(true);
  });

  it.each([
    ['with user and password', 'http://ada:secret@proxy.example.com:3128'],
    ['with a user', 'http://ada@proxy.example.com'],
    ['without scheme', 'ada:secret@proxy.example.com:3128'],
    ['as the engine hides it', 'http://xxxxx:xxxxx@proxy.example.com'],
  ])('holds no proxy whose address has a login %s, and names it', (_, value) => {
    const { settings, withheld } = builderSettings(
      facts({
        proxies: new Map([
          ['HTTPS_PROXY', value],
          ['NO_PROXY', 'a,b'],
        ]),
      }),
    );

    expect([...settings.proxies]).toEqual([['NO_PROXY', 'a,b']]);
    expect(withheld).toEqual(['HTTPS_PROXY']);
  });

  it("has the engine's proxies where this process has none, each a field of its own", () => {
    const engine = engineNetwork(
      { HttpProxy: 'http://proxy:3128', NoProxy: 'localhost,.example.com' },
      new Map(),
    );
    const { settings } = builderSettings(facts({ engine }));

    const words = createArguments(settings, { config: 'b.toml', nameOf: (host) => host });

    expect(words).toContain('env.HTTP_PROXY=http://proxy:3128');
    expect(words).toContain('"env.NO_PROXY=localhost,.example.com"');
  });

  it('trusts what the machine trusts, for every host', () => {
    const { settings } = builderSettings(facts({ certificates: 'PEM\n' }));

    const words = createArguments(settings, { config: 'b.toml', nameOf: (host) => `${host}.pem` });
    const config = renderBuildkitdConfig(settings.registries, (host) => `/private/${host}.pem`);

    expect(words).toContain('env.SSL_CERT_FILE=/etc/buildkit/certs/docker.io/docker.io.pem');
    expect(config).toContain('[registry."docker.io"]\nca = ["/private/docker.io.pem"]\n');
  });

  it('is another one for other settings, and the same for another release', () => {
    const print = (more: Partial<SettingsFacts>): string =>
      fingerprintOf(builderSettings(facts(more)).settings);

    expect(print({ image: parseReference('moby/buildkit:v1.0.0') })).toBe(print({}));
    expect(print({ hosts: ['quay.io'] })).toBe(print({}));
    expect(print({ certificates: 'PEM\n' })).not.toBe(print({}));
    expect(print({ hostNetwork: true })).not.toBe(print({}));
  });
});

describe('the network of an engine', () => {
  it('reaches the builder: mirrors of Docker Hub, insecure registries, and their certificates', () => {
    const info = {
      RegistryConfig: {
        Mirrors: ['https://mirror.example.com/', 'http://10.0.0.5:5000/'],
        IndexConfigs: {
          'docker.io': { Secure: true },
          'registry.lan:5000': { Secure: false },
        },
      },
    };
    const { registries } = engineNetwork(info, new Map([['registry.example.com', 'PEM\n']]));

    expect(renderBuildkitdConfig(registries, (host) => `/private/${host}.pem`)).toBe(`[worker.oci]
gc = true
maxUsedSpace = "20GB"

[registry."10.0.0.5:5000"]
http = true
insecure = true

[registry."docker.io"]
mirrors = ["mirror.example.com", "10.0.0.5:5000"]

[registry."registry.example.com"]
ca = ["/private/registry.example.com.pem"]

[registry."registry.lan:5000"]
http = true
insecure = true
`);
  });

  it.each([[{}], [{ RegistryConfig: { Mirrors: null, IndexConfigs: null } }]])(
    'is nothing special for %j',
    (info) => {
      expect(engineNetwork(info, new Map())).toEqual({ registries: [], proxies: new Map() });
    },
  );
});
