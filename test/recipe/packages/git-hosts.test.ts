import { describe, expect, it } from '@jest/globals';
import { gitHosts, webAddress } from '../../../src/recipe/packages/git-hosts.ts';

describe('gitHosts', () => {
  it.each<[string, string, readonly string[]]>([
    ['requirements', 'a @ git+https://github.com/acme/a@v1', ['https://github.com']],
    ['a requirement with a user', 'git+https://bot@github.com/acme/a', ['https://github.com']],
    [
      'a requirement by ssh',
      'a @ git+ssh://git@GitLab.acme.example/ml/a@v1',
      ['https://gitlab.acme.example'],
    ],
    ['uv.lock', 'source = { git = "https://github.com/acme/a?rev=v1#0123" }', ['https://github.com']],
    ['pyproject.toml of uv', 'a = { git = "ssh://git@github.com/acme/a" }', ['https://github.com']],
    ['poetry.lock', 'type = "git"\nurl = "https://gitlab.com/acme/a.git"', ['https://gitlab.com']],
    ['poetry.lock by scp', 'type = "git"\nurl = "git@gitlab.com:acme/a.git"', ['https://gitlab.com']],
    ['pylock.toml', 'vcs = { type = "git", url = "https://github.com/acme/a" }', ['https://github.com']],
    ['Pipfile.lock', '"git": "https://github.com/acme/a.git",', ['https://github.com']],
    ['a port', 'git+http://127.0.0.1:8080/a.git', ['http://127.0.0.1:8080']],
    ['no git', 'a @ https://example.com/a.whl\nrequests==2.32.4', []],
  ])('finds the host of %s', (_, text, expected) => {
    expect(gitHosts([text]).map(webAddress)).toEqual(expected);
  });

  it('takes what ssh would fetch to the web address that another requirement names', () => {
    const hosts = gitHosts(['git+http://127.0.0.1:8080/a.git', 'git+ssh://git@127.0.0.1:2222/b.git']);

    expect(hosts).toEqual([
      {
        scheme: 'http',
        name: '127.0.0.1',
        port: '8080',
        ssh: ['git@127.0.0.1:', 'ssh://git@127.0.0.1/', 'ssh://git@127.0.0.1:2222/'],
      },
    ]);
  });

  it('names each host once, in one order', () => {
    const texts = ['git+https://b.example/x git+https://a.example/y', 'git+https://b.example/z'];

    expect(gitHosts(texts).map(({ name }) => name)).toEqual(['a.example', 'b.example']);
  });
});
