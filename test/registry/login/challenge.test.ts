import { describe, expect, it } from '@jest/globals';
import { parseChallenge, realmProblem } from '../../../src/registry/login/challenge.ts';

const ENDPOINT = new URL('https://registry.example.com');

describe('parseChallenge', () => {
  it.each([
    ['Basic realm="x"', { kind: 'basic' }],
    ['basic', { kind: 'basic' }],
    [
      'Bearer realm="https://auth.example.com/token",service="a, b",scope="repository:x:pull"',
      { kind: 'bearer', realm: new URL('https://auth.example.com/token'), service: 'a, b' },
    ],
    [
      'Basic realm="x", Bearer realm="/token"',
      { kind: 'bearer', realm: new URL('https://registry.example.com/token'), service: undefined },
    ],
    [
      'bearer REALM = https://auth.example.com/t , Service=s',
      { kind: 'bearer', realm: new URL('https://auth.example.com/t'), service: 's' },
    ],
    ['Bearer service="no realm"', undefined],
    ['Negotiate', undefined],
    ['', undefined],
    ['"""=,,=', undefined],
  ])('reads %s', (header, expected) => {
    expect(parseChallenge(header, ENDPOINT)).toEqual(expected);
  });
});

describe('realmProblem', () => {
  it.each([
    ['https://registry.example.com/token', 'registry.example.com', undefined],
    ['https://auth.example.com/token', 'registry.example.com', undefined],
    ['https://example.com/jwt/auth', 'registry.example.com', undefined],
    ['https://registry.example.com:8443/token', 'registry.example.com', undefined],
    ['https://auth.docker.io/token', 'registry-1.docker.io', undefined],
    ['https://ghcr.io/token', 'lscr.io', undefined],
    ['https://auth.example.co.uk/', 'registry.example.co.uk', undefined],
    ['https://evil.co.uk/', 'registry.example.co.uk', 'it does not belong to the registry'],
    ['https://evil.com/token', 'registry.example.com', 'it does not belong to the registry'],
    ['https://evilexample.com/token', 'example.com', 'it does not belong to the registry'],
    ['https://example.com.evil.net/', 'registry.example.com', 'it does not belong to the registry'],
    ['https://mine.azurecr.io/', 'theirs.azurecr.io', 'it does not belong to the registry'],
    [
      'https://evil.s3.amazonaws.com/',
      '1.dkr.ecr.eu-west-1.amazonaws.com',
      'it does not belong to the registry',
    ],
    ['https://10.0.0.1/', '10.0.0.2', 'it does not belong to the registry'],
    ['https://10.0.0.1/', '10.0.0.1', undefined],
    ['https://169.254.169.254/', 'registry.example.com', 'it does not belong to the registry'],
    ['https://127.0.0.1/', 'registry.example.com', 'it does not belong to the registry'],
    ['http://registry.example.com/token', 'registry.example.com', 'it is not https'],
    ['file:///etc/passwd', 'registry.example.com', 'it is not https'],
    ['https://a:b@registry.example.com/', 'registry.example.com', 'its address carries credentials'],
    ['https://registry/token', 'other', 'it does not belong to the registry'],
  ])('of %s named by %s is %p', (realm, registry, expected) => {
    expect(realmProblem(new URL(realm), new URL(`https://${registry}`))).toBe(expected);
  });

  it.each([
    ['http://127.0.0.1:5001/token', 'http://127.0.0.1:5000', undefined],
    ['http://[::1]:5001/token', 'http://localhost:5000', undefined],
    ['http://127.0.0.1:5001/token', 'https://registry.example.com', 'it is not https'],
    ['file:///127.0.0.1', 'http://127.0.0.1:5000', 'it is not https'],
  ])('on this machine, %s named by %s is %p', (realm, endpoint, expected) => {
    expect(realmProblem(new URL(realm), new URL(endpoint))).toBe(expected);
  });
});
