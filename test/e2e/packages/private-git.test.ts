import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readImage, readLayer } from '../support/images/images.ts';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Files, repositoryWith } from '../support/repository.ts';
import { type GitServer, packageFiles, startGitServer } from '../support/servers/git-server.ts';
import { type SshServer, startSshServer } from '../support/servers/ssh-server.ts';

const TOKEN = `ghp_${randomBytes(16).toString('hex')}`;
const REPOSITORIES = {
  'acme/sub.git': { files: { 'data.txt': 'data\n' } },
  'acme/layers.git': {
    files: {
      ...packageFiles('jobimg-layers', 'layers by http'),
      '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = git@127.0.0.1:acme/sub.git\n',
    },
    submodule: { path: 'sub', of: 'acme/sub.git' },
  },
  'acme/losses.git': { files: packageFiles('jobimg-losses', 'losses by ssh') },
};
const RUN = `python -c "import jobimg_layers, jobimg_losses; print(jobimg_layers.TEXT, 'and', jobimg_losses.TEXT)"`;

describe('private requirements from Git', () => {
  let parts: Parts;
  let git: GitServer;
  let ssh: SshServer;
  let home: string;

  beforeAll(async () => {
    [parts, git, ssh] = await Promise.all([
      startParts({ name: 'private-git' }),
      startGitServer(`x-access-token:${TOKEN}`, REPOSITORIES),
      startSshServer(),
    ]);
    home = await mkdtemp(join(tmpdir(), 'jobimg-home-'));
    await mkdir(join(home, '.ssh'));
  });

  afterAll(async () => {
    await Promise.all([parts, git, ssh].map((one) => one?.[Symbol.asyncDispose]()));
    await rm(home, { recursive: true, force: true });
  });

  async function call(
    files: Files,
    command: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    await using repository = await repositoryWith({ files });
    const place = ['--registry', `${parts.registry.host}/acme/git`, '--defaults', parts.defaults, '--json'];
    // The servers are on loopback of the machine.
    const around = { ...parts.env, JOBIMG_BUILD_NETWORK: 'host', HOME: home };
    return await jobimg([command, ...place], { cwd: repository.folder, env: { ...around, ...env } });
  }

  const byToken = (more = ''): Files => ({
    'jobimg.yml': `name: token\nrun: ${RUN}\nimage: { apt: [git], git: { token: GIT_TOKEN }${more} }\n`,
    'requirements.txt': `jobimg-layers @ git+http://${git.host}/acme/layers.git@v1\njobimg-losses @ git+ssh://git@127.0.0.1/acme/losses.git@v1\n`,
  });

  it('are fetched with a token, whether they are written for https, for ssh or as a submodule', async () => {
    const ended = await call(byToken(), 'run', { GIT_TOKEN: TOKEN });

    expect(ended.stderr).toContain('layers by http and losses by ssh');
    expect(onlyJob(ended)).toMatchObject({ runs: [{ status: 'success' }] });
    const image = await readImage(parts.registry, onlyJob(ended).image.reference);
    for (const layer of image.manifest.layers.slice(1)) {
      const entries = await readLayer(parts.registry, image.repository, layer);
      expect(entries.filter(({ path }) => /(?:^|\/)\.?gitconfig$/.test(path))).toEqual([]);
      expect(entries.filter(({ content }) => content.includes(TOKEN))).toEqual([]);
    }
  });

  it('are refused with a wrong token, which the message names and does not show', async () => {
    const refused = await call(byToken(', labels: { test: wrong }, isolated: true'), 'build', {
      GIT_TOKEN: 'ghp_wrong',
    });

    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('check that the secret "GIT_TOKEN" holds a token');
    expect(refused.stderr).not.toContain('ghp_wrong');
  });

  const bySsh = (more = ''): Files => ({
    'jobimg.yml': `name: ssh
run: python -c "import jobimg_losses; print(jobimg_losses.TEXT)"
image:
  apt: [git, openssh-client]
  ssh: [default]
  build: ["git ls-remote --exit-code ssh://git@${ssh.host}${git.root}/acme/sub.git v1"]
${more}`,
    'requirements.txt': `jobimg-losses @ git+ssh://git@${ssh.host}${git.root}/acme/losses.git@v1\n`,
  });

  it("are fetched with the caller's SSH agent, and no key or known host is in the image", async () => {
    await writeFile(join(home, '.ssh', 'known_hosts'), ssh.knownHost);

    const ended = await call(bySsh(), 'run', { SSH_AUTH_SOCK: ssh.agent });

    expect(ended.stderr).toContain('losses by ssh');
    expect(onlyJob(ended)).toMatchObject({ runs: [{ status: 'success' }] });
    const image = await readImage(parts.registry, onlyJob(ended).image.reference);
    for (const layer of image.manifest.layers.slice(1)) {
      const entries = await readLayer(parts.registry, image.repository, layer);
      expect(entries.filter(({ path }) => /known_hosts|(?:^|\/)\.ssh(?:\/|$)/.test(path))).toEqual([]);
    }
  });

  it('are not fetched from a server whose key is not known', async () => {
    const other = ssh.knownHost.replace(/:\d+\]|\]:\d+/, ']:1');
    await writeFile(join(home, '.ssh', 'known_hosts'), other);

    const refused = await call(bySsh('  isolated: true\n'), 'build', { SSH_AUTH_SOCK: ssh.agent });

    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('the key of the server is not known');
  });

  it('are not asked for without an agent, or where no server is known', async () => {
    await rm(join(home, '.ssh', 'known_hosts'));

    const unknown = await call(bySsh('  isolated: true\n'), 'build', { SSH_AUTH_SOCK: ssh.agent });
    const alone = await call(bySsh('  isolated: true\n'), 'build', { SSH_AUTH_SOCK: '' });

    expect([unknown.code, alone.code]).toEqual([1, 1]);
    expect(unknown.stderr).toContain('"image.ssh" needs the keys of the servers');
    expect(alone.stderr).toContain('"image.ssh" forwards an SSH agent, and there is none');
  });
});
