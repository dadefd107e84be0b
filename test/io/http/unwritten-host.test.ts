import { describe, expect, it } from '@jest/globals';
import { networkError } from '../../../src/io/http/network-error.ts';
import { CallError } from '../../../src/io/http/retry.ts';

function lookup(hostname: string, code = 'ENOTFOUND'): CallError {
  const cause = Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), { code, hostname });
  const error = networkError(new TypeError('fetch failed', { cause }), 'GET /v2/');
  if (!(error instanceof CallError)) throw new Error('another error');
  return error;
}

describe('a host that cannot be looked up', () => {
  it.each(['registry-1.docker.io', 'auth.docker.io', 'ghcr.io', 'files.pythonhosted.org'])(
    'is the network of the machine where nobody wrote its name: %s',
    (host) => {
      const { message, findings } = lookup(host);

      expect(message).toBe(`GET /v2/: the name ${host} cannot be looked up from this machine`);
      expect(findings[0]?.hint).toMatch(/its DNS, and HTTPS_PROXY/);
    },
  );

  it('is a question of its spelling where somebody wrote it', () => {
    const { message, findings } = lookup('registry.exmaple.com');

    expect(message).toBe('GET /v2/: there is no such host');
    expect(findings[0]?.hint).toBe('check its spelling');
  });
});
