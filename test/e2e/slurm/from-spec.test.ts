import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printReference } from '../../../src/oci/reference.ts';
import { DEFAULTS } from '../../backends/shell-queue/bench.ts';
import { jobimg } from '../support/jobimg.ts';
import { repositoryWith } from '../support/repository.ts';
import { type SlurmBench, startSlurmBench } from '../support/slurm-bench.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function startTextServer(text: string) {
  const server = createServer((_, answer) => answer.end(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** From a file of a repository to a run that has ended. */
describe('a spec', () => {
  let bench: SlurmBench;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    bench = await startSlurmBench('slurm-spec');
    const { cluster, parts, settings } = bench;
    const defaults = join(cluster.folder, 'defaults.yml');
    const queue = join(cluster.folder, 'queue');
    await mkdir(queue);
    await writeFile(defaults, `slurm: ${JSON.stringify(settings)}\n${DEFAULTS}`);
    const path = `${cluster.env['PATH']}:${parts.env['PATH'] ?? process.env['PATH']}`;
    env = { ...parts.env, ...cluster.env, PATH: path, JOBIMG_DEFAULTS: defaults, QUEUE_FOLDER: queue };
  });
  afterAll(() => bench?.close());

  function specFor(backend: string): string {
    const run = 'echo hello from $WHO > outputs/said.txt; printf %s "$TOKEN" | wc -c; exit 4';
    const image = printReference(bench.image);
    return `name: try\nimage: ${image}\nrun: '${run}'\ncode: none\nshell: sh\nsecrets: [TOKEN]\nenv: { WHO: here }\nbackend: ${backend}\n`;
  }

  it.each([
    ['goes to a cluster of Slurm', '{ slurm: { partition: main } }'],
    ['goes to a queue that has a command line', '{ command: { place: queue } }'],
  ])('%s', async (_, backend) => {
    await using repository = await repositoryWith({ files: { 'jobimg.yml': specFor(backend) } });
    const call = { cwd: repository.folder, env: { ...env, TOKEN: 'four' } };

    const { code, json, stderr } = await jobimg(['run', '--json'], call);

    const [run] = json.jobs[0]?.runs ?? [];
    expect([code, run?.reason, run?.outputs]).toEqual([4, 'failed', ['outputs/said.txt']]);
    expect(stderr).toMatch(/^\s*4$/m);
    expect(await readFile(join(run?.['outputs-folder'] ?? '', 'outputs/said.txt'), 'utf8')).toBe(
      'hello from here\n',
    );
  });

  it.each([
    ['a cluster of Slurm', '{ slurm: { partition: main } }'],
    ['a queue', '{ command: { place: queue } }'],
  ])(
    'is found again at %s by the command that is shown, with the file that an option named',
    async (_, backend) => {
      await using repository = await repositoryWith({ files: { 'jobimg.yml': specFor(backend) } });
      const { JOBIMG_DEFAULTS: defaults = '', ...others } = env;
      const call = { cwd: repository.folder, env: { ...others, TOKEN: 'four' } };

      const started = await jobimg(['run', '--detach', '--json', '--defaults', defaults], call);
      const detail = started.json.jobs[0]?.runs[0]?.detail ?? '';
      const [, shown = ''] = /see it with: (jobimg attach .+)/.exec(detail) ?? [];
      const words = shown.replaceAll("'", '"').match(/"[^"]*"|\S+/g) ?? [];
      const typed = words.slice(1).map((word) => word.replaceAll('"', ''));
      const { code, stderr } = await jobimg(typed, call);

      expect(shown).toContain(`--defaults ${defaults}`);
      expect(stderr).not.toContain('is not known');
      expect([started.code, code]).toEqual([0, 4]);
    },
  );

  it('has its inputs on the cluster, whose nodes may read them and not change them', async () => {
    const said = [
      'cat /inputs/one/a.txt /inputs/all/b/c.txt',
      'id -u; wc -l </inputs/far/far.txt',
      '(echo x >/inputs/one/a.txt) 2>&- || echo kept',
    ];
    const far = await startTextServer('1\n2\n3\n');
    const spec = `name: try
image: ${printReference(bench.image)}
run: |
${said.map((line) => `  ${line}`).join('\n')}
code: none
shell: sh
inputs:
  - { name: one, from: data/a.txt, sha256: ${sha256('first\n')} }
  - { name: all, from: data/ }
  - { name: far, from: "${far.url}/far.txt", sha256: ${sha256('1\n2\n3\n')} }
backend: slurm
`;
    const files = { 'jobimg.yml': spec, 'data/a.txt': 'first\n', 'data/b/c.txt': 'second\n' };
    await using repository = await repositoryWith({ files });
    const call = {
      cwd: repository.folder,
      env: { ...env, JOBIMG_ALLOW_LOCAL_INPUTS: new URL(far.url).host },
    };

    const { code, stderr } = await jobimg(['run', '--json'], call);
    await far.close();

    expect(stderr).toMatch(/^\s*first\n\s*second\n\s*0\n\s*3\n\s*kept$/m);
    expect(code).toBe(0);
    expect((await readdir(bench.settings.folder ?? '')).filter((name) => name.startsWith('.new'))).toEqual(
      [],
    );
  });

  it('that names a place nobody has described is told what there is', async () => {
    const files = { 'jobimg.yml': specFor('{ command: { place: other } }') };
    await using repository = await repositoryWith({ files });

    const { code, stderr } = await jobimg(['run'], {
      cwd: repository.folder,
      env: { ...env, TOKEN: 'four' },
    });

    expect(code).toBe(125);
    expect(stderr).toContain('the operator of this machine has described no place "other"');
  });

  it('is planned only where the description of the places is right', async () => {
    await using repository = await repositoryWith({ files: { 'jobimg.yml': specFor('command') } });
    const defaults = join(bench.cluster.folder, 'wrong.yml');
    await writeFile(defaults, DEFAULTS.replace('{{ cursor }}', '{{ offset }}'));

    const { code, stderr } = await jobimg(['check', '--defaults', defaults], { cwd: repository.folder, env });

    expect(code).toBe(1);
    expect(stderr).toContain('"{{ offset }}" is no placeholder');
  });
});
