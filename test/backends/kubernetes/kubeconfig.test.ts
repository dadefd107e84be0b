import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadKubeconfig } from '../../../src/backends/kubernetes/api/kubeconfig.ts';

interface Entry {
  readonly server?: string;
  readonly user?: object;
  readonly namespace?: string;
}

function kubeconfig(
  name: string,
  { server = `https://${name}.example.com`, user = {}, namespace }: Entry = {},
) {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user }],
    contexts: [
      { name, context: { cluster: name, user: name, ...(namespace === undefined ? {} : { namespace }) } },
    ],
    'current-context': name,
  });
}

describe('the kubeconfig', () => {
  let folder: string;
  let checkout: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-kubeconfig-'));
    checkout = join(folder, 'checkout');
    await mkdir(checkout);
    await mkdir(join(folder, '.kube'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  const load = (env: Readonly<Record<string, string>> = {}, context?: string, limit?: number) =>
    loadKubeconfig({ env: { HOME: folder, PATH: process.env['PATH'], ...env }, checkout, context, limit });

  it('is the one that is named, else that of the home folder', async () => {
    await file('.kube/config', kubeconfig('home', { namespace: 'ml' }));
    const named = await file('named', kubeconfig('named', { user: { token: 't' } }));

    expect(await load()).toMatchObject({
      server: 'https://home.example.com',
      context: 'home',
      namespace: 'ml',
    });
    const access = await load({ KUBECONFIG: named });
    expect(access).toMatchObject({ server: 'https://named.example.com', namespace: undefined });
    expect((await access.credentials()).headers).toEqual({ Authorization: 'Bearer t' });
  });

  it('may be several files, of which the first that says something holds', async () => {
    const [one, two] = [await file('one', kubeconfig('one')), await file('two', kubeconfig('two'))];

    expect(await load({ KUBECONFIG: `${join(folder, 'absent')}:${one}:${two}` })).toMatchObject({
      context: 'one',
    });
  });

  it('may have another context than the current one, if it has it at all', async () => {
    const files = [await file('one', kubeconfig('one')), await file('two', kubeconfig('two'))].join(':');

    expect(await load({ KUBECONFIG: files }, 'two')).toMatchObject({
      server: 'https://two.example.com',
      context: 'two',
    });
    await expect(load({ KUBECONFIG: files }, 'three')).rejects.toThrow(
      'the kubeconfig (KUBECONFIG) has no context "three"',
    );
  });

  it('gives the credentials of a program of the machine, which is told what kubectl tells it', async () => {
    const program = await file(
      'login',
      '#!/bin/sh\ncase $KUBERNETES_EXEC_INFO in *ExecCredential*) ;; *) exit 1;; esac\necho \'{"status":{"token":"from-program"}}\'\n',
    );
    await chmod(program, 0o755);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'login',
      interactiveMode: 'Never',
    };
    await file('.kube/config', kubeconfig('cloud', { user: { exec } }));
    const access = await load({ PATH: `${folder}:${process.env['PATH']}` });

    expect((await access.credentials()).headers).toEqual({ Authorization: 'Bearer from-program' });
  });

  it.each([
    ['lies in it', async () => writeFile(join(checkout, 'kubeconfig'), kubeconfig('x'))],
    [
      'is a link into it',
      async () => {
        await writeFile(join(checkout, 'real'), kubeconfig('x'));
        await symlink(join(checkout, 'real'), join(folder, 'kubeconfig'));
      },
    ],
  ])('is refused as a file of the checkout when it %s', async (where, make) => {
    await make();
    const path = join(where === 'lies in it' ? checkout : folder, 'kubeconfig');

    await expect(load({ KUBECONFIG: path })).rejects.toThrow('is a file of the checkout');
  });

  it('names no server by plain HTTP, unless it says that this is meant', async () => {
    const plain = kubeconfig('lab', { server: 'http://127.0.0.1:8001' });
    const text = plain.replace('"cluster":{', '"cluster":{"insecure-skip-tls-verify":true,');
    const [refused, meant] = [await file('refused', plain), await file('meant', text)];

    await expect(load({ KUBECONFIG: refused })).rejects.toThrow(
      'names "http://127.0.0.1:8001", to which nothing goes encrypted',
    );
    const access = await load({ KUBECONFIG: meant });
    expect((await access.credentials()).headers).toEqual({});
  });

  it('is refused by a relative path, which would mean the checkout', async () => {
    await expect(load({ KUBECONFIG: 'package.json' })).rejects.toThrow('is a file of the checkout');
  });

  it.each(['./login', 'bin/login'])('starts no program of the checkout: %s', async (command) => {
    await file('.kube/config', kubeconfig('x', { user: { exec: { apiVersion: 'v1', command } } }));

    await expect(load()).rejects.toThrow('may be a file of the checkout');
  });

  it('starts no program that is a link into the checkout', async () => {
    await writeFile(join(checkout, 'login'), '#!/bin/sh\n', { mode: 0o755 });
    await symlink(join(checkout, 'login'), join(folder, 'login'));
    const exec = { apiVersion: 'v1', command: join(folder, 'login') };
    await file('.kube/config', kubeconfig('x', { user: { exec } }));

    await expect(load()).rejects.toThrow('may be a file of the checkout');
  });

  it.each([
    ['there is none', undefined, 'no cluster is named'],
    ['it is no YAML', '{', 'cannot be read'],
    [
      'it has no current context',
      '{"apiVersion":"v1","clusters":[],"contexts":[],"users":[]}',
      'no current context',
    ],
  ])('says what is wrong when %s', async (_, text, told) => {
    if (text !== undefined) await file('.kube/config', text);

    await expect(load()).rejects.toThrow(told);
  });

  it('says why a program gave no credentials', async () => {
    const program = await file('login', '#!/bin/sh\necho "log in first" >&2; exit 1\n');
    await chmod(program, 0o755);
    await file('.kube/config', kubeconfig('x', { user: { exec: { apiVersion: 'v1', command: program } } }));
    const access = await load();

    await expect(access.credentials()).rejects.toThrow('gives no credentials: log in first');
  });

  it('has the token of a file, which is replaced, before one that is written down', async () => {
    await file('.kube/token', 'one\n');
    await file('.kube/config', kubeconfig('x', { user: { token: 'written', tokenFile: 'token' } }));
    const access = await load();
    const given = await access.credentials();
    await file('.kube/token', 'two\n');

    expect(given.headers).toEqual({ Authorization: 'Bearer one' });
    expect((await access.credentials({ refused: given })).headers).toEqual({ Authorization: 'Bearer two' });
  });

  it('acts as somebody else with all that is said of him', async () => {
    const user = {
      token: 't',
      as: 'ci',
      'as-uid': 'u',
      'as-groups': ['a', 'b'],
      'as-user-extra': { 'example.com/team': ['ml'] },
    };
    await file('.kube/config', kubeconfig('x', { user }));

    expect((await (await load()).credentials()).headers).toEqual({
      Authorization: 'Bearer t',
      'Impersonate-User': 'ci',
      'Impersonate-Uid': 'u',
      'Impersonate-Group': ['a', 'b'],
      'Impersonate-Extra-example.com%2Fteam': ['ml'],
    });
  });

  it('is refused with groups of somebody else who has no name', async () => {
    await file('.kube/config', kubeconfig('x', { user: { token: 't', 'as-groups': ['admins'] } }));

    await expect(load()).rejects.toThrow('impersonates a group, a uid or an extra, and no user');
  });

  /** A program that gives another token each time. */
  async function counting(status = ''): Promise<void> {
    const lines = ['#!/bin/sh', `echo x >>${folder}/count; n=$(wc -l <${folder}/count)`];
    const program = await file(
      'login',
      [...lines, `echo '{"status":{'"\\"token\\":\\"t$((n))\\""'${status}}}'`, ''].join('\n'),
    );
    await chmod(program, 0o755);
    await file('.kube/config', kubeconfig('x', { user: { exec: { apiVersion: 'v1', command: program } } }));
  }

  const tokenOf = ({ headers }: { headers?: unknown }) =>
    (headers as Record<string, string>)['Authorization'];

  it('asks a program again once for all who were refused, though its token seems to hold', async () => {
    await counting(',"expirationTimestamp":"2999-01-01T00:00:00Z"');
    const access = await load();
    const given = await access.credentials();
    const others = await Promise.all([
      access.credentials({ refused: given }),
      access.credentials({ refused: given }),
    ]);
    others.push(await access.credentials({ refused: given }), await access.credentials());

    expect([given, ...others].map(tokenOf)).toEqual(['Bearer t1', ...Array(4).fill('Bearer t2')]);
  });

  it('asks a program again whose token has expired', async () => {
    await counting(',"expirationTimestamp":"2001-01-01T00:00:00Z"');
    const access = await load();

    expect(tokenOf(await access.credentials())).toBe('Bearer t1');
    expect(tokenOf(await access.credentials())).toBe('Bearer t2');
  });

  async function hanging(): Promise<string> {
    const program = await file('login', `#!/bin/sh\necho $$ >${folder}/pid\nexec sleep 600\n`);
    await chmod(program, 0o755);
    await file('.kube/config', kubeconfig('x', { user: { exec: { apiVersion: 'v1', command: program } } }));
    return program;
  }

  it('names a program that says nothing, and ends it', async () => {
    const program = await hanging();
    const access = await load({}, undefined, 500);

    await expect(access.credentials()).rejects.toThrow(`"${program}" gave no credentials within 0.5 s`);
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    const isThere = (): boolean => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    while (isThere()) await setImmediate();
  });

  it('is not waited for by whoever is told to stop', async () => {
    await hanging();
    const access = await load();
    const controller = new AbortController();
    const asked = access.credentials({ signal: controller.signal });
    controller.abort(new Error('stopped'));

    await expect(asked).rejects.toThrow('stopped');
  });

  it('starts no program that needs a terminal', async () => {
    const exec = { apiVersion: 'v1', command: '/bin/true', interactiveMode: 'Always' };
    await file('.kube/config', kubeconfig('x', { user: { exec } }));

    await expect(load()).rejects.toThrow('"interactiveMode: Always", which needs a terminal');
  });

  it('does not quote what a program prints, which may hold a token', async () => {
    const program = await file('login', '#!/bin/sh\necho s3cret-token\n');
    await chmod(program, 0o755);
    await file('.kube/config', kubeconfig('x', { user: { exec: { apiVersion: 'v1', command: program } } }));
    const error = await (await load()).credentials().catch((thrown: unknown) => thrown);

    expect(String(error)).toContain('printed no ExecCredential');
    expect(String(error)).not.toContain('s3cret');
  });
});
