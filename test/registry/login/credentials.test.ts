import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { Exec } from '../../../src/io/process/exec.ts';
import { secretsOf } from '../../../src/registry/login/credential.ts';
import {
  type CredentialSources,
  createCredentials,
  githubRegistryOf,
} from '../../../src/registry/login/credentials.ts';
import { dockerConfigFor, parseDockerConfig } from '../../../src/registry/login/docker-config.ts';
import { parseRegistryAuth } from '../../../src/registry/login/registry-auth.ts';

const auth = (text: string) => Buffer.from(text).toString('base64');

function sources(
  change: Partial<CredentialSources> = {},
): CredentialSources & { readonly masked: string[]; readonly lines: string[] } {
  const masked: string[] = [];
  const lines: string[] = [];
  return {
    registryAuth: [],
    exec: async () => ({ code: 1, stdout: 'credentials not found in native keychain', stderr: '' }),
    mask: (values) => void masked.push(...values),
    log: (line) => void lines.push(line),
    masked,
    lines,
    ...change,
  };
}

function password(username: string, value: string) {
  return { kind: 'password', username, password: value };
}

describe('credentials', () => {
  it('come from the most specific entry, then Docker, then GitHub', async () => {
    const { find } = createCredentials(
      sources({
        registryAuth: parseRegistryAuth(
          [
            '- {registry: ghcr.io/acme/*, username: acme, password: a}',
            '- {registry: ghcr.io/acme/train, username: train, password: t}',
            '- {registry: "*.example.com", username: any, password: w}',
            '- {registry: eu.example.com, username: eu, password: e}',
          ].join('\n'),
        ),
        docker: parseDockerConfig(
          JSON.stringify({
            auths: {
              'quay.io': { auth: auth('q:uay:1') },
              'https://index.docker.io/v1/': { auth: auth('hub:h') },
            },
          }),
          'config.json',
        ),
        github: { registry: 'ghcr.io', actor: 'octo', token: 'ghs_1' },
      }),
    );
    const named = async (registry: string, path: string) => find({ registry, path });

    expect(await named('ghcr.io', 'acme/train')).toEqual(password('train', 't'));
    expect(await named('ghcr.io', 'acme/train/sub')).toEqual(password('train', 't'));
    expect(await named('ghcr.io', 'acme/trainer')).toEqual(password('acme', 'a'));
    expect(await named('ghcr.io', 'acmes/train')).toEqual(password('octo', 'ghs_1'));
    expect(await named('us.example.com', 'x')).toEqual(password('any', 'w'));
    expect(await named('eu.example.com', 'x')).toEqual(password('eu', 'e'));
    expect(await named('quay.io', 'x')).toEqual(password('q', 'uay:1'));
    expect(await named('docker.io', 'library/python')).toEqual(password('hub', 'h'));
    expect(await named('example.com', 'x')).toBeUndefined();
  });

  it('are found for a path that was given with capital letters', async () => {
    const registryAuth = parseRegistryAuth('- {registry: GHCR.io/Acme/Train, username: acme, password: a}');
    const { find } = createCredentials(sources({ registryAuth }));

    expect(await find({ registry: 'ghcr.io', path: 'acme/train' })).toEqual(password('acme', 'a'));
    expect(await find({ registry: 'ghcr.io', path: 'acme/trainer' })).toBeUndefined();
  });

  it('are not found again where they are withheld', async () => {
    const registryAuth = parseRegistryAuth('- {registry: ghcr.io, username: acme, password: a}');
    const { find, withhold } = createCredentials(sources({ registryAuth }));
    await find({ registry: 'ghcr.io', path: 'acme/public' });

    withhold({ registry: 'ghcr.io', path: 'acme/public' });

    expect(await find({ registry: 'ghcr.io', path: 'acme/public' })).toBeUndefined();
    expect(await find({ registry: 'ghcr.io', path: 'acme/train' })).toEqual(password('acme', 'a'));
  });

  it('never go to a registry whose name only looks alike', async () => {
    const { find } = createCredentials(
      sources({ registryAuth: parseRegistryAuth('- {registry: example.com, username: u, password: p}') }),
    );

    for (const registry of [
      'evil-example.com',
      'example.com.evil.net',
      'example.com:5000',
      'sub.example.com',
    ]) {
      expect(await find({ registry, path: 'x' })).toBeUndefined();
    }
  });

  it('are masked before they are used, in both forms', async () => {
    const given = sources({
      registryAuth: parseRegistryAuth('- {registry: ghcr.io, username: me, password: secret}'),
    });

    await createCredentials(given).find({ registry: 'ghcr.io', path: 'x' });

    expect(given.masked).toEqual(['secret', auth('me:secret')]);
  });
});

describe('credential helpers', () => {
  const docker = parseDockerConfig('{"credsStore":"pass","credHelpers":{"gcr.io":"gcloud"}}', 'config.json');

  function helper(answers: Readonly<Record<string, string>>) {
    const calls: unknown[] = [];
    const exec: Exec = async (command, args, options) => {
      calls.push([command, args, Buffer.from(options?.input ?? []).toString()]);
      return { code: 0, stdout: answers[command] ?? '', stderr: '' };
    };
    return { exec, calls };
  }

  it("are asked by stdin, a registry's own before the store", async () => {
    const { exec, calls } = helper({
      'docker-credential-gcloud': '{"ServerURL":"gcr.io","Username":"_token","Secret":"g"}',
      'docker-credential-pass': '{"Username":"<token>","Secret":"identity"}',
    });
    const { find } = createCredentials(sources({ docker, exec }));

    expect(await find({ registry: 'gcr.io', path: 'x' })).toEqual(password('_token', 'g'));
    expect(await find({ registry: 'docker.io', path: 'x' })).toEqual({ kind: 'identity', token: 'identity' });
    expect(calls).toEqual([
      ['docker-credential-gcloud', ['get'], 'gcr.io'],
      ['docker-credential-pass', ['get'], 'https://index.docker.io/v1/'],
    ]);
  });

  it('are asked once for a repository', async () => {
    const { exec, calls } = helper({ 'docker-credential-pass': '{"Username":"u","Secret":"p"}' });
    const { find } = createCredentials(sources({ docker, exec }));

    await Promise.all([find({ registry: 'a.io', path: 'x' }), find({ registry: 'a.io', path: 'x' })]);

    expect(calls).toHaveLength(1);
  });

  it.each([
    [
      'fails',
      async () => ({ code: 2, stdout: '', stderr: 'secret' }),
      'docker-credential-pass ended with exit code 2',
    ],
    [
      'is missing',
      async () => Promise.reject(new UserError('"docker-credential-pass" was not found')),
      '"docker-credential-pass" was not found',
    ],
    [
      'talks nonsense',
      async () => ({ code: 0, stdout: 'secret', stderr: '' }),
      'docker-credential-pass gave an answer that cannot be read',
    ],
  ])('that %s is named, and it goes on without', async (_, exec, why) => {
    const given = sources({ docker, exec });

    expect(await createCredentials(given).find({ registry: 'a.io', path: 'x' })).toBeUndefined();
    expect(given.lines).toEqual([`continuing without credentials for a.io: ${why}`]);
  });

  it('that does not know the registry says nothing', async () => {
    const given = sources({ docker });

    expect(await createCredentials(given).find({ registry: 'a.io', path: 'x' })).toBeUndefined();
    expect(given.lines).toEqual([]);
  });

  it('has a name that is no path', async () => {
    const given = sources({ docker: parseDockerConfig('{"credsStore":"../evil"}', 'config.json') });

    await createCredentials(given).find({ registry: 'a.io', path: 'x' });

    expect(given.lines).toEqual([
      'continuing without credentials for a.io: "../evil" is not the name of a credential helper',
    ]);
  });
});

describe("Docker's configuration", () => {
  it('is read with identity tokens, plain fields and keys that are URLs', async () => {
    const docker = parseDockerConfig(
      JSON.stringify({
        auths: {
          'https://a.io/v2/': { auth: auth('wrong:wrong') },
          'a.io': { username: 'u', password: 'p' },
          'b.io': { auth: auth('<token>:'), identitytoken: 'i' },
          'c.io': {},
        },
        HttpHeaders: { 'User-Agent': 'x' },
      }),
      'config.json',
    );
    const { find } = createCredentials(sources({ docker }));

    expect(await find({ registry: 'a.io', path: 'x' })).toEqual(password('u', 'p'));
    expect(await find({ registry: 'b.io', path: 'x' })).toEqual({ kind: 'identity', token: 'i' });
    expect(await find({ registry: 'c.io', path: 'x' })).toBeUndefined();
  });

  it.each(['{', '[]', '{"auths":{"a.io":"secret"}}'])(
    'that is broken is an error without its contents: %s',
    (content) => {
      expect(() => parseDockerConfig(content, '/home/me/.docker/config.json')).toThrow(
        expect.objectContaining({
          message: 'Docker\'s configuration "/home/me/.docker/config.json" cannot be read',
        }),
      );
    },
  );

  it('is written for a builder, and reads back', async () => {
    const entries = [
      { registry: 'docker.io', credential: { kind: 'password', username: 'u', password: 'p' } },
      { registry: 'docker.io', credential: { kind: 'password', username: 'second', password: 'x' } },
      { registry: 'b.io:5000', credential: { kind: 'identity', token: 'i' } },
    ] as const;

    const text = dockerConfigFor(entries);

    expect(JSON.parse(text)).toEqual({
      auths: {
        'https://index.docker.io/v1/': { auth: auth('u:p') },
        'b.io:5000': { auth: auth('<token>:'), identitytoken: 'i' },
      },
    });
    const { find } = createCredentials(sources({ docker: parseDockerConfig(text, 'config.json') }));
    expect(await find({ registry: 'docker.io', path: 'x' })).toEqual(entries[0].credential);
    expect(await find({ registry: 'b.io:5000', path: 'x' })).toEqual(entries[2].credential);
  });
});

describe('registry-auth', () => {
  it('is the list that docker/login-action reads', () => {
    expect(
      parseRegistryAuth(
        '- username: me\n  password: 0123\n- registry: https://ghcr.io\n  username: you\n  password: p\n  scope: acme/train@push\n  ecr: auto\n',
      ),
    ).toEqual([
      { pattern: { registry: 'docker.io' }, username: 'me', password: '0123' },
      { pattern: { registry: 'ghcr.io', path: 'acme/train' }, username: 'you', password: 'p' },
    ]);
  });

  it('is empty when nothing is given', () => {
    expect(parseRegistryAuth(' \n')).toEqual([]);
  });

  it.each([
    ['username: me', '`registry-auth` is not a YAML list'],
    ['- [', '`registry-auth` is not a YAML list'],
    ['- {registry: ghcr.io, username: me}', 'entry 1 of `registry-auth` has no usable "password"'],
    [
      '- {registry: ghcr.io, username: me, pasword: x, password: y}',
      'entry 1 of `registry-auth` has the unknown key "pasword"',
    ],
    [
      '- {registry: "ghcr io", username: me, password: y}',
      'entry 1 of `registry-auth` has a registry that is not a host: "ghcr io"',
    ],
    [
      '- {registry: ghcr.io, username: me, password: y, ecr: true}',
      'entry 1 of `registry-auth` asks for a login to ECR, which is not supported',
    ],
    [
      '- {registry: ghcr.io, username: me, password: }',
      'entry 1 of `registry-auth` has no usable "password"',
    ],
    ['- text', 'entry 1 of `registry-auth` has no usable "registry"'],
  ])('is refused as %s', (text, message) => {
    expect(() => parseRegistryAuth(text)).toThrow(expect.objectContaining({ message }));
  });

  it('suggests the key that was meant', () => {
    expect(() => parseRegistryAuth('- {username: me, password: y, pasword: x}')).toThrow(
      expect.objectContaining({ findings: [expect.objectContaining({ hint: 'did you mean "password"?' })] }),
    );
  });

  it.each([
    '- {registry: x, password: "CANARY',
    '- &a {password: CANARY}\n- *a\n- *a',
    '- !!js CANARY',
    '- {password: CANARY: x}',
  ])('keeps values out of its errors: %s', (text) => {
    const thrown = attempt(() => parseRegistryAuth(text));

    expect(thrown).toBeInstanceOf(UserError);
    expect(JSON.stringify([thrown, String(thrown), (thrown as UserError).cause])).not.toContain('CANARY');
  });
});

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('secretsOf', () => {
  it('names an identity token too', () => {
    expect(secretsOf({ kind: 'identity', token: 'i' })).toEqual(['i']);
  });
});

describe('githubRegistryOf', () => {
  it.each([
    ['https://github.com', 'ghcr.io'],
    ['https://github.example.com', 'containers.github.example.com'],
  ])('of %s is %s', (server, registry) => {
    expect(githubRegistryOf(server)).toBe(registry);
  });
});
