import { describe, expect, it } from '@jest/globals';
import { mergePipConfigs, pipConfigFiles } from '../../../src/build/machine/pip-config.ts';

describe('mergePipConfigs', () => {
  it('keeps what says where packages come from, and leaves paths of this machine out', () => {
    const text = `; a comment
[global]
index-url = https://pypi.example.com/simple
extra-index-url =
    https://one.example.com/simple
    # between
    https://two.example.com/simple
cert = /etc/ssl/company.pem
cache-dir: /var/cache/pip
find-links = /opt/wheels https
[install]
find-links =
    /opt/wheels
    https://wheels.example.com
[list]
format = columns
`;

    expect(mergePipConfigs([text], {}).whole).toBe(`[global]
extra-index-url = https://one.example.com/simple
    https://two.example.com/simple
find-links = https://wheels.example.com
index-url = https://pypi.example.com/simple
`);
  });

  it('leaves out only where packages come from, for an image that says it itself', () => {
    const text =
      '[global]\nindex-url = https://a\nextra-index-url = https://b\nfind-links = https://c\ntimeout = 9\ntrusted-host = a\n';

    expect(mergePipConfigs([text], { PIP_PROXY: 'http://p' }).withoutIndex).toBe(
      '[global]\nproxy = http://p\ntimeout = 9\ntrusted-host = a\n',
    );
  });

  it('lets a later file win over an earlier one, [install] over [global], and the environment over all', () => {
    const files = [
      '[global]\nindex-url = https://a\ntimeout = 1',
      '[install]\ntimeout = 2',
      '[global]\nindex-url = https://b\ntimeout = 3',
    ];

    expect(mergePipConfigs(files, {}).whole).toBe('[global]\nindex-url = https://b\ntimeout = 2\n');
    expect(mergePipConfigs(files, { PIP_INDEX_URL: 'https://c', PIP_DEFAULT_TIMEOUT: '9' }).whole).toBe(
      '[global]\nindex-url = https://c\ntimeout = 9\n',
    );
  });

  it('splits lists of the environment and drops folders in them', () => {
    const env = { PIP_FIND_LINKS: '/opt/wheels https://w', PIP_CERT: '/x.pem', PIP_NO_INPUT: '1' };

    expect(mergePipConfigs([], env).whole).toBe('[global]\nfind-links = https://w\n');
  });

  it('is empty when there is nothing to say', () => {
    expect(
      mergePipConfigs(['', '[global]\ncert = /x\n', 'no section = 1'], { PIP_FIND_LINKS: '/opt' }).whole,
    ).toBe('');
  });
});

describe('pipConfigFiles', () => {
  it("reads pip's own places, weakest first", () => {
    expect(pipConfigFiles({ HOME: '/home/u', PIP_CONFIG_FILE: '/ci/pip.conf' })).toEqual([
      '/etc/xdg/pip/pip.conf',
      '/etc/pip.conf',
      '/home/u/.pip/pip.conf',
      '/home/u/.config/pip/pip.conf',
      '/ci/pip.conf',
    ]);
  });

  it('reads none when pip is told to', () => {
    expect(pipConfigFiles({ HOME: '/home/u', PIP_CONFIG_FILE: '/dev/null' })).toEqual([]);
    expect(pipConfigFiles({ PIP_CONFIG_FILE: 'pip.conf' })).not.toContain('pip.conf');
  });
});
