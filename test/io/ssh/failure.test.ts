import { describe, expect, it } from '@jest/globals';
import { sshFailure } from '../../../src/io/ssh/failure.ts';

const BOX = { host: 'box', user: 'me' };

describe('a connection by ssh that fails', () => {
  it.each([
    [
      'No ED25519 host key is known for box and you have requested strict checking.\r\nHost key verification failed.\r\n',
      'the host key of "box" is not known here',
      'type "ssh -l me box" once',
    ],
    [
      '@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nHost key verification failed.\r\n',
      '"box" has another host key than the one that is known here',
      'ssh-keygen -R',
    ],
    ['me@box: Permission denied (publickey).\r\n', '"box" lets nobody in with the keys', 'ssh-add'],
    ['sh: 1: docker: not found\n', '"box" has no docker command', 'install the docker command there'],
    [
      'bash: line 1: docker: command not found\n',
      '"box" has no docker command',
      'install the docker command',
    ],
    [
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
      'the user on "box" may not talk to its Docker engine',
      'group "docker"',
    ],
    [
      'error during connect: … Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
      'no Docker engine answers on "box"',
      'start Docker there',
    ],
    [
      'ssh: Could not resolve hostname box: Name or service not known\r\n',
      'ssh: Could not resolve hostname box: Name or service not known',
      '"ssh -l me box docker version" has to work',
    ],
  ])('is explained by %j', (said, message, hint) => {
    const failure = sshFailure(BOX, 255, said);

    expect(failure.message).toContain(message);
    expect(failure.hint).toContain(hint);
    expect(failure.isBusy).toBe(false);
  });

  it('tells its exit code when nothing was said', () => {
    expect(sshFailure(BOX, 3, '').message).toBe('ssh ended with 3, and said nothing');
    expect(sshFailure(BOX, null, '').message).toBe('ssh was ended by a signal');
  });

  it('may be worth another try when the server has too many logins', () => {
    const said =
      'kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by ::1 port 22\r\n';

    expect(sshFailure(BOX, 255, said).isBusy).toBe(true);
  });
});
