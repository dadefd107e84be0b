import { describe, expect, it } from '@jest/globals';
import { loginCommand, parseSshAddress, sshArguments } from '../../../src/io/ssh/address.ts';

describe('the address of an engine over ssh', () => {
  it.each([
    ['ssh://box', { host: 'box' }],
    ['ssh://box/', { host: 'box' }],
    ['ssh://me@box', { user: 'me', host: 'box' }],
    ['ssh://me@box.example.com:2222', { user: 'me', host: 'box.example.com', port: 2222 }],
    [
      'ssh://me@box/run/user/1000/docker.sock',
      { user: 'me', host: 'box', socket: '/run/user/1000/docker.sock' },
    ],
    ['ssh://[fe80::1%eth0]:22', { host: 'fe80::1%eth0', port: 22 }],
    ['ssh://me@corp@box', { user: 'me@corp', host: 'box' }],
  ])('is read from %s', (text, parts) => {
    expect(parseSshAddress(text)).toEqual(parts);
  });

  it.each([
    'ssh://',
    'ssh://me:password@box',
    'ssh://-oProxyCommand=x@box',
    'ssh://-oProxyCommand=x',
    'ssh://box?x=1',
    'ssh://box#x',
    'ssh://$(id)@box',
    'ssh://box;id',
    'ssh://box/a b',
    'ssh://box/$(id)',
    'ssh://box/a;id',
    'ssh://box\n',
    'tcp://box',
  ])('is not %j', (text) => {
    expect(parseSshAddress(text)).toBeUndefined();
  });

  it('becomes arguments of ssh, which nothing in it can be an option of', () => {
    const words = sshArguments({ user: 'me', host: 'box', port: 22, socket: '/run/d.sock' });

    expect(words.slice(words.indexOf('-l'))).toEqual(
      '-l me -p 22 -- box docker --host=unix:///run/d.sock system dial-stdio'.split(' '),
    );
    for (const option of ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'ForwardAgent=no'])
      expect(words).toContain(option);
  });

  it('is what a person types', () => {
    expect(loginCommand({ host: 'box' })).toBe('ssh box');
    expect(loginCommand({ host: 'box', user: 'me', port: 2222 })).toBe('ssh -l me -p 2222 box');
  });
});
