import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { which } from '../../engine/machine/command.ts';
import { ensureAct } from '../../engine/workflow/act.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { type Act, startAct } from '../support/workflows/act.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ORIGIN = 'org/jobimg-action';
const FILES = ['package.json', 'scripts', 'dist', 'schema', 'README.md', 'LICENSE'];
const program = await ensureAct();

/** It writes down how it was called, and does nothing; `npm pack` is what it is. */
const recorder = (name: string, calls: string) => ({
  mode: 0o755,
  text: `#!/bin/sh
case "$1" in pack) exec "${which(name)}" "$@" ;; esac
echo "${name} $*" >> "${calls}"
`,
});

(program === undefined ? describe.skip : describe)('the release workflow, executed by act', () => {
  let act: Act;
  let repository: Repository;
  let others: Repository;
  let version: string;

  beforeAll(async () => {
    ({ version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
    act = await startAct({ program: program ?? '', registry: 'none', env: {} });
    repository = await repositoryWith({
      files: {
        // What is really called is tested by itself.
        '.github/workflows/ci.yml':
          'on: workflow_call\njobs:\n  tests:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo "all tests"\n',
      },
    });
    for (const name of FILES) await cp(join(ROOT, name), join(repository.folder, name), { recursive: true });
    others = await repositoryWith({ files: {} });
    await others.write({
      'setup-node/action.yml':
        'name: x\ndescription: y\nruns: { using: composite, steps: [{ run: "true", shell: sh }] }\n',
      'bin/npm': recorder('npm', join(others.folder, 'calls')),
      'bin/gh': recorder('gh', join(others.folder, 'calls')),
    });
    await mkdir(join(others.folder, 'github.git'));
    await run('git', ['init', '--quiet', '--bare', join(others.folder, 'github.git')]);
  });

  afterAll(async () => {
    await Promise.all([act, repository, others].map((one) => one?.[Symbol.asyncDispose]()));
  });

  it('publishes, makes the release, and moves the tags of its major and minor version', async () => {
    const workflow = await readFile(join(ROOT, '.github/workflows/release.yml'), 'utf8');
    const [setupNode = ''] = /actions\/setup-node@\w+/.exec(workflow) ?? [];
    const tag = `v${version}`;
    const [major, minor] = [tag.split('.')[0], tag.split('.').slice(0, 2).join('.')];
    await act.commit({ repository, workflow, event: 'push', origin: ORIGIN });
    await git('tag', tag);
    await git('config', 'remote.origin.pushurl', join(others.folder, 'github.git'));
    await git('push', '--quiet', 'origin', 'HEAD:refs/heads/main', tag);
    await git('update-ref', 'refs/remotes/origin/main', 'HEAD');

    const ended = await act.run({
      repository,
      workflow,
      event: 'push',
      payload: { ref: `refs/tags/${tag}` },
      origin: ORIGIN,
      actions: { [setupNode]: join(others.folder, 'setup-node') },
      env: { PATH: [join(others.folder, 'bin'), process.env['PATH']].join(delimiter) },
    });

    expect(ended.jobs).toEqual({
      'Release/Verify': 'success',
      'CI/ci.yml/tests': 'success',
      'Release/Publish': 'success',
    });
    const calls = (await readFile(join(others.folder, 'calls'), 'utf8')).trim().split('\n');
    expect(calls).toEqual([
      expect.stringMatching(
        /^npm publish --access public --ignore-scripts --provenance \S+\/jobimg-[\d.]+\.tgz$/,
      ),
      `gh release create ${tag} --verify-tag --generate-notes`,
      'gh auth setup-git',
    ]);
    const refs = (await run('git', ['ls-remote', join(others.folder, 'github.git')])).stdout;
    for (const name of [tag, major, minor]) expect(refs).toContain(`refs/tags/${name}\n`);
  });

  async function git(...words: readonly string[]): Promise<void> {
    await run('git', words, { cwd: repository.folder });
  }
});
