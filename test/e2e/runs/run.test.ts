import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { containersOf, docker } from '../support/images/containers.ts';
import { type Ended, inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';
import { type Watched, watch } from '../support/watched.ts';

/** What the container says, byte for byte, and the lines that may be seen of it. */
const HOSTILE: readonly (readonly [bytes: string, shown: readonly string[]])[] = [
  ['::set-output name=digest::evil\n', [': :set-output name=digest::evil']],
  [' \t ::add-mask::sha256\n', [' \t : :add-mask::sha256']],
  ['\u0085::save-state name=x::y\n', [': :save-state name=x::y']],
  ['\u3000\u00a0::error file=a.py::spoof\n', ['\u3000\u00a0: :error file=a.py::spoof']],
  ['#7 0.123 ##[add-mask]sha256\n', ['#7 0.123 # #[add-mask]sha256']],
  ['###[error]x\n', ['## #[error]x']],
  ['#####[group]a ##[endgroup]\n', ['#### #[group]a # #[endgroup]']],
  ['10%\r::set-output name=a::b\n', [': :set-output name=a::b']],
  ['#\u001b[31m#\u001b[0m[add-mask]a\n', ['# #[add-mask]a']],
  [':\u001b[0m:add-mask::a\n', [': :add-mask::a']],
  ['#\u00ad#\u200b[add-mask]a\n', ['# #[add-mask]a']],
  ['::add-mask:\u00ad:a\n', [': :add-mask::a']],
  ['\u001b]0;t\u0007::error::x\n', [': :error::x']],
  ['##\u001b[0m##[[error]x\n', ['### #[[error]x']],
  ['a\u2028::group::b\n', ['a', ': :group::b']],
  [':::error::x\n', [': ::error::x']],
  ['std::vector a::b ## [y] #[z] http://[::1]:80/\n', ['std::vector a::b ## [y] #[z] http://[::1]:80/']],
  ['::stop-commands::token\n', [': :stop-commands::token']],
];

describe('how a job runs, with an image as it is and the code put into its container', () => {
  let parts: Parts;
  let repository: Repository;

  beforeAll(async () => {
    parts = await startParts({ name: 'run', auth: 'none' });
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `name: run-test\nrun: "true"\nimage: ${parts.python?.reference}\nstop-grace: 1s\ntimeout: 1m\n`,
        'hostile.txt': HOSTILE.map(([bytes]) => bytes).join(''),
        'fill.py': 'held = [b"x" * 1_000_000 for _ in range(1_000_000)]\n',
        'links.py': `import os
os.makedirs("outputs/real", exist_ok=True)
open("outputs/real/kept.txt", "w").write("kept")
os.symlink("/etc/passwd", "outputs/passwd")
os.symlink("/etc", "outputs/etc")
os.symlink("real/kept.txt", "outputs/inside.txt")
os.mkfifo("outputs/pipe")
`,
      },
    });
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function words(name: string, overrides: Readonly<Record<string, string>>): readonly string[] {
    const all = Object.entries({ name, ...overrides }).flatMap(([key, value]) => [
      '--override',
      `${key}=${value}`,
    ]);
    return ['run', '--registry', 'none', ...all];
  }

  async function run(name: string, overrides: Readonly<Record<string, string>>): Promise<Ended> {
    const ended = await jobimg([...words(name, overrides), '--json'], {
      cwd: repository.folder,
      env: parts.env,
    });
    expect(await containersOf(name, parts.env)).toEqual([]);
    return ended;
  }

  function start(name: string, overrides: Readonly<Record<string, string>>): Watched {
    const env = { ...inherited(), ...parts.env };
    return watch('cli.js', words(name, overrides), { cwd: repository.folder, env });
  }

  it.each([0, 1, 3, 42, 255])('ends with %d when the job does', async (code) => {
    const ended = await run('run-code', { run: `exit ${code}` });

    expect(ended.code).toBe(code);
    expect(onlyJob(ended).runs).toMatchObject([
      { reason: code === 0 ? 'succeeded' : 'failed', 'exit-code': code },
    ]);
  });

  it('stops a job at its time limit, and says that it was the time', async () => {
    const ended = await run('run-timeout', { run: 'echo started; sleep 60', timeout: '1s' });

    expect(onlyJob(ended).runs).toMatchObject([{ status: 'failure', reason: 'timeout' }]);
    expect(ended.code).not.toBe(0);
  });

  it('says that the memory ran out, and what to write', async () => {
    const ended = await run('run-memory', { run: 'python3 fill.py', memory: '64MB' });

    expect(ended.code).toBe(137);
    expect(onlyJob(ended).runs).toMatchObject([{ reason: 'oom-host', 'exit-code': 137 }]);
  });

  it('leaves nothing running when it is interrupted', async () => {
    const running = start('run-interrupted', { run: 'echo started; sleep 300' });

    await running.says(/^started$/m);
    running.kill('SIGINT');
    const code = await running.ended;

    expect(code).toBe(130);
    expect(running.said()).toMatch(/cancelled/);
    expect(await containersOf('run-interrupted', parts.env)).toEqual([]);
  });

  it('leaves at the second signal, and says how to stop what still runs', async () => {
    const run = "trap '' INT TERM; echo started; while true; do sleep 1; done";
    const running = start('run-twice', { run, 'stop-grace': '1s' });

    await running.says(/^started$/m);
    running.kill('SIGINT');
    running.kill('SIGTERM');
    const code = await running.ended;
    const [, id = ''] = /stop it with: jobimg stop (\S+)$/m.exec(running.said()) ?? [];
    const stopped = await jobimg(['stop', id], { cwd: repository.folder, env: parts.env });

    expect([code, stopped.code]).toEqual([130, 0]);
    expect(await containersOf('run-twice', parts.env)).toEqual([]);
  });

  it('stops a build that is interrupted, and starts nothing', async () => {
    const running = start('run-build', {
      image: `{ base: "${parts.python?.reference}", build: ["echo started; sleep 60 # ${Date.now()}"] }`,
    });

    await running.says(/^ {2}started$/m);
    running.kill('SIGINT');
    const code = await running.ended;

    expect(code).toBe(130);
    expect(running.said()).toMatch(/warning: the build was cancelled\n {2}→ /);
    expect(await containersOf('run-build', parts.env)).toEqual([]);
  });

  it('stops a container at its deadline when nobody is left to do it', async () => {
    const running = start('run-orphan', { run: 'echo started; sleep 300', timeout: '2s' });

    await running.says(/^started$/m);
    running.kill('SIGKILL');
    const code = await running.ended;
    const [left] = await containersOf('run-orphan', parts.env);

    expect(code).toBe('SIGKILL');
    expect(left).toMatchObject({
      running: true,
      labels: { 'jobimg.deadline': expect.stringMatching(/^\d+$/) },
    });
    await until(async () =>
      (await containersOf('run-orphan', parts.env)).every(({ running: still }) => !still),
    );
    await remove('run-orphan');
  });

  it('shows nothing of a hostile log that the runner would act on', async () => {
    const step = await runStep({
      workspace: repository.folder,
      env: parts.env,
      inputs: { registry: 'none', overrides: 'name=run-hostile\nrun=cat hostile.txt; cat hostile.txt >&2' },
    });
    const shown = HOSTILE.flatMap(([, lines]) => lines);
    const commands = step.commands.filter(
      ({ name }) => !['group', 'endgroup', 'notice', 'warning'].includes(name),
    );

    expect(step.code).toBe(0);
    expect(commands).toEqual([]);
    expect(step.commands.every(({ message }) => !/spoof|^b$|^x$/.test(message))).toBe(true);
    for (const line of shown)
      expect(step.log.split('\n').filter((one) => one === line).length).toBeGreaterThanOrEqual(2);
    expect(step.outputs.get('digest')).toMatch(/^sha256:/);
    expect([...step.outputs.keys()]).not.toContain('a');
  });

  it('brings back the outputs of a job that failed', async () => {
    const ended = await run('run-failed', { run: 'echo half > outputs/half.txt; exit 4' });
    const [result] = onlyJob(ended).runs;

    expect(ended.code).toBe(4);
    expect(result?.outputs).toEqual(['outputs/half.txt']);
    expect(await readFile(join(result?.['outputs-folder'] ?? '', 'outputs/half.txt'), 'utf8')).toBe('half\n');
  });

  it('brings back files only: no link and no pipe leaves the container', async () => {
    const ended = await run('run-links', { run: 'python3 links.py' });
    const [result] = onlyJob(ended).runs;

    expect(ended.code).toBe(0);
    expect(result?.outputs).toEqual(['outputs/inside.txt', 'outputs/real/kept.txt']);
    expect(ended.stderr).toContain('warning: 3 entries of the outputs were left out: ');
    expect(ended.stderr).toContain('"outputs/etc" (a link to "/etc", which was not collected)');
  });

  it('stops at the first command of a list that fails', async () => {
    const ended = await run('run-list', { run: '["echo one", "false", "echo two"]' });

    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^one$/m);
    expect(ended.stderr).not.toMatch(/^two$/m);
  });

  it('passes the words of `command` as they are, without a shell', async () => {
    const command =
      '["python3", "-c", "import sys; print(sys.argv[1:])", "$HOME", "a b", "*", "\\"quoted\\""]';
    await using other = await repositoryWith({
      files: { 'jobimg.yml': `name: run-command\ncommand: ${command}\nimage: ${parts.python?.reference}\n` },
    });

    const ended = await jobimg(['run', '--registry', 'none', '--json'], {
      cwd: other.folder,
      env: parts.env,
    });

    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain(`['$HOME', 'a b', '*', '"quoted"']`);
  });

  it('hands over the variables that a job is promised', async () => {
    const ended = await run('run-variables', { run: 'env | sort', 'env.OWN': 'mine' });
    const shown = Object.fromEntries(
      [...ended.stderr.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );

    expect(shown).toMatchObject({
      OWN: 'mine',
      HOME: '/tmp',
      USER: 'job',
      JOBIMG_JOB: 'run-variables',
      JOBIMG_RUN_ID: onlyJob(ended).runs[0]?.id,
      JOBIMG_ATTEMPT: '1',
      JOBIMG_IMAGE: onlyJob(ended).image.reference,
      JOBIMG_OUTPUTS: expect.stringMatching(/\/outputs$/),
      JOBIMG_DEADLINE: expect.stringMatching(/^\d{10}$/),
      JOBIMG_PARAMS: '{}',
    });
  });

  async function remove(job: string): Promise<void> {
    for (const { id } of await containersOf(job, parts.env)) await docker(['rm', '--force', id], parts.env);
  }
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 200));
}
