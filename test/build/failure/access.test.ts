import { describe, expect, it } from '@jest/globals';
import { accessHint } from '../../../src/build/failure/access.ts';

const INDEX = { url: 'https://packages.example.com/simple/', extra: ['https://more.example.com/'] };
const SECRET = { ssh: false, index: { ...INDEX, secret: { name: 'LOGIN' } } };
const OPEN = { ssh: false, index: INDEX };
const GIT = { ssh: false, git: { secret: { name: 'GIT_TOKEN' }, hosts: [] } };
const SSH = { ssh: true };

describe('accessHint', () => {
  it.each([
    ['ERROR: No matching distribution found for x\njobimg: the index answers 401', SECRET, '"LOGIN"'],
    ['ERROR: No matching distribution found for x\njobimg: the index answers 403', SECRET, 'refused'],
    ['HTTP status client error (403 Forbidden) for url (https://packages.example.com/x)', SECRET, 'refused'],
    ['jobimg: the index answers 401', OPEN, 'the index asks for credentials'],
    ['No matching distribution found for x\njobimg: the index answers 200', SECRET, 'check the name'],
    ['No matching distribution found for x', OPEN, 'https://more.example.com/ has it for this Python'],
    ["NewConnectionError('…: Failed to establish a new connection: [Errno 111]')", OPEN, 'cannot reach'],
    ["fatal: Authentication failed for 'https://github.com/acme/a/'", GIT, '"GIT_TOKEN"'],
    ['remote: Repository not found.', GIT, 'the Git host refused the token'],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", GIT, 'refused'],
    ['Host key verification failed.', SSH, 'known_hosts'],
    ['git@github.com: Permission denied (publickey).', SSH, 'ssh-add'],
  ])('reads %p', (lines, access, expected) => {
    expect(accessHint(lines, access)).toContain(expected);
  });

  it.each([
    ['ModuleNotFoundError: No module named setuptools', SECRET],
    ['version 2.401 of x was built', SECRET],
    ['Host key verification failed.', GIT],
    ['No matching distribution found for x', undefined],
  ])('has nothing to say of %p', (lines, access) => {
    expect(accessHint(lines, access)).toBeUndefined();
  });
});
