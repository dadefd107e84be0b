import { describe, expect, it } from '@jest/globals';
import { isNearby, loginsIn, type NetworkFacts, networkOf } from '../../../src/run/network/network.ts';

const NOTHING: NetworkFacts = { certificates: '', pip: '', proxies: new Map(), mirrors: new Map() };
const CA = '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n';

function network(facts: Partial<NetworkFacts>) {
  const { files, env } = networkOf({ ...NOTHING, ...facts });
  return { files: Object.fromEntries(files), env: Object.fromEntries(env) };
}

describe('what a run gets of a machine to reach the network', () => {
  it('is nothing where the machine has nothing of its own', () => {
    expect(network({})).toEqual({ files: {}, env: {} });
  });

  it('is the certificates, by every name that tools take them by', () => {
    const { files, env } = network({ certificates: CA });

    expect(files).toEqual({ '/run/jobimg/ca.pem': CA });
    expect(env).toMatchObject({
      SSL_CERT_FILE: '/run/jobimg/ca.pem',
      PIP_CERT: '/run/jobimg/ca.pem',
      REQUESTS_CA_BUNDLE: '/run/jobimg/ca.pem',
      CURL_CA_BUNDLE: '/run/jobimg/ca.pem',
      GIT_SSL_CAINFO: '/run/jobimg/ca.pem',
      NODE_EXTRA_CA_CERTS: '/run/jobimg/ca.pem',
    });
  });

  it('is the indexes of pip, for uv as well', () => {
    const pip =
      '[global]\nextra-index-url = https://a.example/simple\n    https://b.example/simple\nindex-url = https://pypi.example/simple\n';

    const { files, env } = network({ pip, mirrors: new Map([['pypi.org', 'mirror.example/pypi']]) });

    expect(files).toEqual({ '/run/jobimg/pip.conf': pip });
    expect(env).toEqual({
      PIP_CONFIG_FILE: '/run/jobimg/pip.conf',
      UV_DEFAULT_INDEX: 'https://pypi.example/simple',
      UV_INDEX: 'https://a.example/simple https://b.example/simple',
    });
  });

  it.each([
    ['', '[global]\nindex-url = https://mirror.example/pypi/simple\n'],
    ['[global]\ntimeout = 60\n', '[global]\nindex-url = https://mirror.example/pypi/simple\ntimeout = 60\n'],
  ])('is the mirror of the defaults file where pip is told of no index: %j', (pip, written) => {
    const mirrors = new Map([['pypi.org', 'mirror.example/pypi']]);

    const { files, env } = network({ pip, mirrors });

    expect(files).toEqual({ '/run/jobimg/pip.conf': written });
    expect(env['UV_DEFAULT_INDEX']).toBe('https://mirror.example/pypi/simple');
  });

  it('is the proxies that others than this machine reach', () => {
    const far = { https_proxy: 'http://proxy.example:3128', no_proxy: 'localhost,.example' };
    const near = { HTTPS_PROXY: 'http://127.0.0.1:3128', NO_PROXY: 'localhost' };

    expect(
      network({ proxies: new Map(Object.entries({ ...far, HTTP_PROXY: 'localhost:3128' })) }).env,
    ).toEqual(far);
    expect(network({ proxies: new Map(Object.entries(near)) }).env).toEqual({});
    expect(network({ mirrors: new Map([['pypi.org', '127.0.0.1:8080']]) })).toEqual({ files: {}, env: {} });
  });

  it('holds logins that no log may show', () => {
    const facts = networkOf({
      ...NOTHING,
      pip: '[global]\nindex-url = https://me:pass%40word@pypi.example/simple\n',
      proxies: new Map([['HTTPS_PROXY', 'user:proxy-pass@proxy.example:3128']]),
    });

    expect(loginsIn(facts)).toEqual(expect.arrayContaining(['pass%40word', 'pass@word', 'proxy-pass']));
    expect(loginsIn(networkOf({ ...NOTHING, certificates: CA }))).toEqual([]);
  });
});

describe('an address of this machine alone', () => {
  it.each([
    ['http://127.0.0.1:3128', true],
    ['localhost:3128', true],
    ['http://[::1]/', true],
    ['proxy.example:3128', false],
    ['https://user:p@proxy.example', false],
    ['no address at all', false],
  ])('%s: %s', (address, nearby) => {
    expect(isNearby(address)).toBe(nearby);
  });
});
