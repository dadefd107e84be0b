import { describe, expect, it } from '@jest/globals';
import { proxiesOf, proxyFor } from '../../../src/io/http/proxy.ts';

const https = 'http://proxy:3128';

describe('proxyFor', () => {
  it.each([
    ['https://ghcr.io/', undefined, https],
    ['https://ghcr.io/', 'ghcr.io', undefined],
    ['https://ghcr.io/', '.ghcr.io', undefined],
    ['https://eu.ghcr.io/', 'ghcr.io', undefined],
    ['https://eu.ghcr.io/', '*.ghcr.io', undefined],
    ['https://notghcr.io/', 'ghcr.io', https],
    ['https://ghcr.io/', 'a.b, GHCR.io', undefined],
    ['https://ghcr.io:5000/', 'ghcr.io:443', https],
    ['https://ghcr.io:5000/', 'ghcr.io:5000', undefined],
    ['https://ghcr.io/', '*', undefined],
    ['https://127.0.0.1/', undefined, undefined],
    ['http://localhost/', undefined, undefined],
  ])('of %s with NO_PROXY %j', (url, no, expected) => {
    expect(proxyFor(new URL(url), { https, no })).toBe(expected);
  });

  it('takes a proxy without a scheme for http', () => {
    expect(proxyFor(new URL('https://ghcr.io/'), { https: 'proxy:3128' })).toBe(https);
  });
});

describe('proxiesOf', () => {
  it('prefers lower case and passes over what is empty', () => {
    expect(proxiesOf({ https_proxy: 'a', HTTPS_PROXY: 'b', no_proxy: '', NO_PROXY: 'c' })).toEqual({
      https: 'a',
      no: 'c',
    });
  });
});
