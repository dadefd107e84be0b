import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { gatherHostFacts } from '../../../src/build/machine/facts.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

const ALL = { credentials: true };

describe('gatherHostFacts', () => {
  it('adds a certificate that a variable names, once, without the text around it', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'company.pem');
    await writeFile(file, `# our company\n${CERTIFICATE}\n${CERTIFICATE}\n`);

    const { certificates } = await gatherHostFacts({ NODE_EXTRA_CA_CERTS: file, PIP_CERT: file }, ALL);

    expect(certificates.split(CERTIFICATE)).toHaveLength(2);
    expect(certificates).not.toContain('our company');
  });

  it('passes over a variable that names no file', async () => {
    await expect(gatherHostFacts({ SSL_CERT_FILE: '/nonexistent.pem' }, ALL)).resolves.toBeDefined();
  });

  it('takes proxies in both cases, and the network of the host only by its name', async () => {
    const env = {
      HTTPS_PROXY: 'http://p',
      no_proxy: 'localhost',
      HTTP_PROXY: '',
      JOBIMG_BUILD_NETWORK: 'host',
    };

    const { proxies, hostNetwork } = await gatherHostFacts(env, ALL);

    expect([...proxies]).toEqual([
      ['HTTPS_PROXY', 'http://p'],
      ['no_proxy', 'localhost'],
    ]);
    expect(hostNetwork).toBe(true);
    expect((await gatherHostFacts({ JOBIMG_BUILD_NETWORK: 'true' }, ALL)).hostNetwork).toBe(false);
  });

  it('reads the pip configuration that a variable names', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'pip.conf');
    await writeFile(file, '[global]\nindex-url = https://u:p@pypi.example.com\n');

    expect((await gatherHostFacts({ PIP_CONFIG_FILE: file }, ALL)).pip.whole).toContain(
      'index-url = https://u:p@pypi.example.com',
    );
  });

  it('gives code without rights addresses without a login, and never the network of the host', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'pip.conf');
    await writeFile(
      file,
      [
        '[global]',
        'index-url = https://ada:s3cret@pypi.example.com/simple',
        'extra-index-url = https://t0ken@one.example.com/simple',
        '    https://two.example.com/simple',
        'find-links = https://three.example.com/wheels?sig=s1gned',
        'proxy = ada:s3cret@proxy.example.com:3128',
        'trusted-host = pypi.example.com',
        'timeout = 9',
      ].join('\n'),
    );
    const env = {
      PIP_CONFIG_FILE: file,
      HTTPS_PROXY: 'http://ada:s3cret@proxy.example.com:3128',
      http_proxy: 'ada:s3cret@proxy.example.com:3128',
      ALL_PROXY: 'http://ada:s3/cret@proxy.example.com:3128',
      NO_PROXY: 'localhost,.example.com',
      JOBIMG_BUILD_NETWORK: 'host',
    };

    const facts = await gatherHostFacts(env, { credentials: false });

    expect(facts.pip.whole).toBe(
      [
        '[global]',
        'extra-index-url = https://one.example.com/simple',
        '    https://two.example.com/simple',
        'index-url = https://pypi.example.com/simple',
        'proxy = proxy.example.com:3128',
        'timeout = 9',
        'trusted-host = pypi.example.com',
        '',
      ].join('\n'),
    );
    expect([...facts.proxies]).toEqual([
      ['http_proxy', 'proxy.example.com:3128'],
      ['HTTPS_PROXY', 'http://proxy.example.com:3128'],
      ['NO_PROXY', 'localhost,.example.com'],
    ]);
    expect(facts.hostNetwork).toBe(false);
  });
});
