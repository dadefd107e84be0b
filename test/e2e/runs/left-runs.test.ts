import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { containersOf, docker } from '../support/images/containers.ts';
import { type Ended, inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { keptFolder } from '../support/kept-folder.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { startStep } from '../support/runner.ts';
import { type Watched, watch } from '../support/watched.ts';

/** Says which container it is, and ends when it is told to. */
const WAITS = 'hostname > outputs/host.txt; echo started; while [ ! -e /tmp/go ]; do sleep 0.1; done; exit 3';

/** The engine outlives these tests, and what a failed one has left in it. */
const nameOf = (job: string): string => `left-${job}-${process.pid}`;

describe('a command that is killed in a run', () => {
  let parts: Parts;
  let repository: Repository;
  /** Of one test: where runs are kept, and what is temporary. */
  let root: string;
  let env: Readonly<Record<string, string>>;
  let since: string;

  beforeAll(async () => {
    parts = await startParts({ name: 'left-runs', auth: 'none' });
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `name: left-test\nrun: "true"\nimage: ${parts.python?.reference}\nstop-grace: 1s\ntimeout: 5m\n`,
      },
    });
  });
  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jobimg-left-'));
    await mkdir(join(root, 'temporary'));
    env = { ...parts.env, JOBIMG_STATE: join(root, 'state'), TMPDIR: join(root, 'temporary') };
    since = (await docker(['info', '--format', '{{.SystemTime}}'], parts.env)).trim();
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  function words(name: string, run = WAITS): readonly string[] {
    return ['run', '--registry', 'none', '--override', `name=${name}`, '--override', `run=${run}`];
  }

  function start(name: string): Watched {
    return watch('cli.js', words(name), { cwd: repository.folder, env: { ...inherited(), ...env } });
  }

  async function killed(name: string): Promise<string> {
    const first = start(name);
    await first.says(/^started$/m);
    first.kill('SIGKILL');
    await first.ended;
    const [left] = await containersOf(name, parts.env);
    return left?.id ?? '';
  }

  /** The job may end before the command does that tells it to. */
  async function go(container: string): Promise<void> {
    await docker(['exec', container, 'touch', '/tmp/go'], parts.env).catch(() => undefined);
  }

  /** How many containers there ever were of a job in this test. */
  async function madeOf(name: string): Promise<number> {
    const until = (await docker(['info', '--format', '{{.SystemTime}}'], parts.env)).trim();
    const filters = ['event=create', `label=jobimg.job=${name}`].flatMap((one) => ['--filter', one]);
    const words = ['events', '--since', since, '--until', until, ...filters, '--format', '{{.ID}}'];
    return (await docker(words, parts.env)).split('\n').filter(Boolean).length;
  }

  async function hostOf(ended: Ended): Promise<string> {
    const [run] = onlyJob(ended).runs;
    return (await readFile(join(run?.['outputs-folder'] ?? '', 'outputs/host.txt'), 'utf8')).trim();
  }

  /**
   * What is left but the folders of runs that have ended. A link that was being made when its process was killed is
   * removed by a start that comes later.
   */
  async function left(name: string): Promise<readonly unknown[]> {
    const runs = (await readdir(join(root, 'state/runs'))).filter((one) => !/^latest\.\d+\.tmp$/.test(one));
    const unfinished = runs.filter((one) => /\.part-|\.tmp$/.test(one) || /^[^.]+\.json$/.test(one));
    const containers = await containersOf(name, parts.env);
    return [...unfinished, ...containers, ...(await readdir(join(root, 'temporary')))];
  }

  it('is gone on with by the next start: the run is one, and its outputs arrive', async () => {
    const container = await killed(nameOf('running'));

    const second = watch('cli.js', [...words(nameOf('running')), '--json'], {
      cwd: repository.folder,
      env: { ...inherited(), ...env },
    });
    await second.says(`attached to the run ${nameOf('running')}-`);
    await go(container);
    const code = await second.ended;
    const stopHint = /stop it with: jobimg stop (\S+)/.exec(second.said())?.[1];
    const log = await readFile(join(keptFolder(root, stopHint), 'log.txt'), 'utf8');
    const host = await readFile(join(keptFolder(root, stopHint), 'outputs/host.txt'), 'utf8');

    expect(code).toBe(3);
    expect(container.startsWith(host.trim())).toBe(true);
    expect(log).toBe('started\n');
    expect(await madeOf(nameOf('running'))).toBe(1);
    expect(await left(nameOf('running'))).toEqual([]);
  });

  it('has its result told by the next start when the run ended meanwhile', async () => {
    const container = await killed(nameOf('ended'));
    await go(container);
    await docker(['wait', container], parts.env);

    const second = await jobimg([...words(nameOf('ended')), '--json'], { cwd: repository.folder, env });

    expect(second.code).toBe(3);
    expect(container.startsWith(await hostOf(second))).toBe(true);
    expect(await madeOf(nameOf('ended'))).toBe(1);
    expect(await left(nameOf('ended'))).toEqual([]);
  });

  it('leaves a run that a start of another job tells of, and that is stopped by its id', async () => {
    const container = await killed(nameOf('other'));

    const other = await jobimg([...words(nameOf('else'), 'echo hello'), '--json'], {
      cwd: repository.folder,
      env,
    });
    const [, id = ''] = /stop it with: jobimg stop (\S+)/.exec(other.stderr) ?? [];
    const listed = await jobimg(['stop'], { cwd: repository.folder, env });
    const stopped = await jobimg(['stop', id], { cwd: repository.folder, env });
    const again = await jobimg(['stop', id], { cwd: repository.folder, env });
    const host = await readFile(join(keptFolder(root, id), 'outputs/host.txt'), 'utf8');
    const result = JSON.parse(await readFile(join(keptFolder(root, id), 'run.json'), 'utf8'));

    expect([other.code, stopped.code, again.code]).toEqual([0, 0, 2]);
    expect(listed.stdout).toContain(`${id}  job ${nameOf('other')}`);
    expect(container.startsWith(host.trim())).toBe(true);
    expect(result).toMatchObject({ run: id, ended: { reason: 'cancelled', outputs: ['outputs/host.txt'] } });
    expect(await left(nameOf('other'))).toEqual([]);
  });

  it('is cancelled for the terminal that follows it when another one stops it', async () => {
    const first = start(nameOf('followed'));
    await first.says(/^started$/m);
    const [, id = ''] = /run (\S+): at most/.exec(first.said()) ?? [];

    const stopped = await jobimg(['stop', id], { cwd: repository.folder, env });
    await first.ended;

    expect(stopped.code).toBe(0);
    expect(first.said()).toMatch(/cancelled/);
    expect(first.said()).toContain('it was stopped by "jobimg stop" of ');
  });

  it('does not keep a second terminal from starting the same job', async () => {
    const first = start(nameOf('alive'));
    await first.says(/^started$/m);
    const second = start(nameOf('alive'));
    await second.says(/^started$/m);
    const both = await containersOf(nameOf('alive'), parts.env);
    for (const { id } of both) await go(id);

    expect(await Promise.all([first.ended, second.ended])).toEqual([3, 3]);
    expect(both).toHaveLength(2);
    expect(await left(nameOf('alive'))).toEqual([]);
  });

  it('on a runner that stays is told of by the next job, which brings home what it left', async () => {
    const inputs = { registry: 'none', overrides: `name=${nameOf('runner')}\nrun=${WAITS}` };
    const onRunner = { ...env, RUNNER_ENVIRONMENT: 'self-hosted' };
    const other = { registry: 'none', overrides: `name=${nameOf('next')}\nrun=echo hello` };
    await using first = await startStep({ workspace: repository.folder, env: onRunner, inputs });
    await first.main.says(/^started$/m);
    first.main.kill('SIGKILL');
    await first.main.ended;
    const [container] = await containersOf(nameOf('runner'), parts.env);

    await using second = await startStep({ workspace: repository.folder, env: onRunner, inputs: other });
    const told = await second.ended();
    await using third = await startStep({ workspace: repository.folder, env: onRunner, inputs });
    await third.main.says(/^started$/m);
    const own = (await containersOf(nameOf('runner'), parts.env)).find(({ id }) => id !== container?.id);
    for (const one of [container, own]) await go(one?.id ?? '');
    await third.ended();
    await using fourth = await startStep({ workspace: repository.folder, env: onRunner, inputs: other });
    const brought = await fourth.ended();
    const [, folder = ''] = /exit code 3; what it left is in (\S+)/.exec(brought.log) ?? [];

    expect(told.log).toMatch(
      /the run \S+ of the job left-runner-\d+, .*; it is still running; stop it with: docker stop/,
    );
    expect(own).toBeDefined();
    expect(container?.id.startsWith((await readFile(join(folder, 'outputs/host.txt'), 'utf8')).trim())).toBe(
      true,
    );
    expect(await left(nameOf('runner'))).toEqual([]);
  });
});
