import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { containersOf, docker } from '../support/images/containers.ts';
import { type Ended, inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { keptFolder } from '../support/kept-folder.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep, startStep } from '../support/runner.ts';
import { watch } from '../support/watched.ts';

/** Ends when it is told to. */
const WAITS =
  'echo token $TOKEN; echo 7 > outputs/seven.txt; while [ ! -e /tmp/go ]; do sleep 0.1; done; exit 3';
const TOKEN = 'a-value-of-a-secret';
/** The engine outlives this test, and what a failed one has left in it. */
const NAME = `detached-${process.pid}`;

let parts: Parts;
let repository: Repository;
let root: string;

beforeAll(async () => {
  parts = await startParts({ name: 'detached', auth: 'none' });
  root = await mkdtemp(join(tmpdir(), 'jobimg-detached-'));
  repository = await repositoryWith({
    files: {
      'jobimg.yml': `name: ${NAME}\nrun: "${WAITS}"\nimage: ${parts.python?.reference}\nsecrets: [TOKEN]\nstop-grace: 1s\ntimeout: 5m\n`,
    },
  });
});
afterAll(async () => {
  await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  await rm(root, { recursive: true, force: true });
});

/** A machine that has nothing in common with another one but the engine. */
async function machine(name: string) {
  const folder = join(root, name);
  for (const one of ['home', 'temporary', 'empty']) await mkdir(join(folder, one), { recursive: true });
  const env = {
    ...parts.env,
    HOME: join(folder, 'home'),
    JOBIMG_STATE: join(folder, 'state'),
    TMPDIR: join(folder, 'temporary'),
  };
  return { env, folder, call: { env, cwd: join(folder, 'empty') } };
}

function detach(env: Readonly<Record<string, string>>): Promise<Ended> {
  const words = ['run', '--detach', '--registry', 'none', '--json'];
  return jobimg(words, { cwd: repository.folder, env: { ...env, TOKEN } });
}

it('a detached run is seen, attached to and fetched on a machine that knows its id alone', async () => {
  const [one, other] = [await machine('one'), await machine('other')];
  const started = await detach(one.env);
  const [run] = onlyJob(started).runs;
  const id = run?.id ?? '';
  const again = await detach(one.env);
  const listed = await jobimg(['ps', '--json'], other.call);
  const log = await jobimg(['logs', id.slice(0, -3)], other.call);

  const first = watch('cli.js', ['attach', id], {
    cwd: other.call.cwd,
    env: { ...inherited(), ...other.env },
  });
  await first.says(/^token \*\*\*$/m);
  first.kill('SIGINT');
  const leftWith = await first.ended;
  const second = watch('cli.js', ['attach', id, '--json'], {
    cwd: other.call.cwd,
    env: { ...inherited(), ...other.env },
  });
  await second.says(/^token \*\*\*$/m);
  const [container] = await containersOf(NAME, parts.env);
  await docker(['exec', container?.id ?? '', 'touch', '/tmp/go'], parts.env);
  const code = await second.ended;
  const seven = await readFile(join(keptFolder(other.folder, id), 'outputs/seven.txt'), 'utf8');

  expect([started.code, run?.status, run?.reason]).toEqual([0, 'running', 'detached']);
  expect(onlyJob(again).runs[0]?.id).toBe(id);
  expect(JSON.parse(listed.stdout)).toContainEqual(
    expect.objectContaining({ run: id, job: NAME, state: 'running', detached: true, 'known-here': false }),
  );
  expect([log.code, log.stdout]).toEqual([0, expect.stringContaining('token ***\n')]);
  expect(leftWith).toBe(130);
  expect(first.said()).toContain(`end it with: jobimg cancel ${id}`);
  expect(code).toBe(3);
  expect(seven).toBe('7\n');
  expect(await containersOf(NAME, parts.env)).toEqual([]);
  expect([log.stdout, first.said(), second.said()].join('')).not.toContain(TOKEN);
});

it('a detached run is ended by no post step and no reaper, and a step that attaches ends as it did', async () => {
  const one = await machine('runner');
  const options = { workspace: repository.folder, env: { ...one.env, RUNNER_ENVIRONMENT: 'self-hosted' } };
  const env = { ...options.env, TOKEN };
  await using step = await startStep({ ...options, env, inputs: { registry: 'none', detach: 'true' } });
  const ended = await step.ended();
  const post = await step.post();
  const id = ended.outputs.get('run-id') ?? '';
  const reaped = await runStep({ ...options, entry: 'reap.js', inputs: { backend: 'docker' } });
  const [left, ...others] = await containersOf(NAME, parts.env);

  const elsewhere = { ...options.env, JOBIMG_STATE: join(one.folder, 'other-state') };
  const attach = { ...options, entry: 'attach.js', env: elsewhere, inputs: { run: id, backend: 'docker' } };
  await using attached = await startStep(attach);
  await attached.main.says(/^token \*\*\*$/m);
  await docker(['exec', left?.id ?? '', 'touch', '/tmp/go'], parts.env);
  const { code, log, outputs } = await attached.ended();

  expect([ended.code, ended.outputs.get('status'), ended.outputs.get('exit-code')]).toEqual([
    0,
    'running',
    '0',
  ]);
  expect([post.code, post.log, others]).toEqual([0, expect.not.stringContaining(id), []]);
  expect([reaped.code, reaped.log]).toEqual([0, expect.not.stringContaining(id)]);
  expect([code, outputs.get('run-id'), outputs.get('status'), outputs.get('exit-code')]).toEqual([
    3,
    id,
    'failure',
    '3',
  ]);
  expect(await readFile(join(outputs.get('outputs') ?? '', 'outputs/seven.txt'), 'utf8')).toBe('7\n');
  // The runner is told what to hide.
  expect(log.replaceAll(`::add-mask::${TOKEN}`, '')).not.toContain(TOKEN);
  expect(await containersOf(NAME, parts.env)).toEqual([]);
});
