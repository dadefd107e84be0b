import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { gatherHostFacts } from '../../src/build/host-facts.ts';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

describe('gatherHostFacts', () => {
  it('adds a certificate that a variable names, once, without the text around it', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'company.pem');
    await writeFile(file, `# our company\n${CERTIFICATE}\n${CERTIFICATE}\n`);

    const { certificates } = await gatherHostFacts({ NODE_EXTRA_CA_CERTS: file, PIP_CERT: file });

    expect(certificates.split(CERTIFICATE)).toHaveLength(2);
    expect(certificates).not.toContain('our company');
  });

  it('passes over a variable that names no file', async () => {
    await expect(gatherHostFacts({ SSL_CERT_FILE: '/nonexistent.pem' })).resolves.toBeDefined();
  });

  it('takes proxies in both cases, and the network of the host only by its name', async () => {
    const env = {
      HTTPS_PROXY: 'http://p',
      no_proxy: 'localhost',
      HTTP_PROXY: '',
      JOBIMG_BUILD_NETWORK: 'host',
    };

    const { proxies, hostNetwork } = await gatherHostFacts(env);

    expect([...proxies]).toEqual([
      ['HTTPS_PROXY', 'http://p'],
      ['no_proxy', 'localhost'],
    ]);
    expect(hostNetwork).toBe(true);
    expect((await gatherHostFacts({ JOBIMG_BUILD_NETWORK: 'true' })).hostNetwork).toBe(false);
  });

  it('reads the pip configuration that a variable names', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'pip.conf');
    await writeFile(file, '[global]\nindex-url = https://u:p@pypi.example.com\n');

    expect((await gatherHostFacts({ PIP_CONFIG_FILE: file })).pip.whole).toContain(
      'index-url = https://u:p@pypi.example.com',
    );
  });
});
