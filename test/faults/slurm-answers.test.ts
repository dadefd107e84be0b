import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readAnswer } from '../../src/backends/slurm/answers.ts';
import { submitScript } from '../../src/backends/slurm/script/submit.ts';
import { systemClock } from '../../src/io/clock.ts';
import { runPlan } from '../backends/docker-bench.ts';
import { IMAGE } from '../backends/fake-bench.ts';
import { tell } from './sample.ts';

const MOMENTS = 20;

const PROGRAMS = {
  // A job is a file. The answers of the first few calls are lost, before or after there is a job.
  sbatch: `#!/bin/sh
n=$(cat "$FAKE/lost" 2>/dev/null); /bin/sleep "0.0$((n * 2))"
if [ "\${n:-0}" -gt 0 ]; then
  echo $((n - 1)) >"$FAKE/lost"
  [ -e "$FAKE/before" ] || mktemp "$FAKE/job-XXXXXX" >/dev/null
  echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1
fi
/bin/sleep 0.02; job=$(mktemp "$FAKE/job-XXXXXX"); /bin/sleep 0.02; echo "\${job##*-}"`,
  squeue: `#!/bin/sh
[ ! -e "$FAKE/away" ] || { rm "$FAKE/away"; echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1; }
ls "$FAKE" | sed -n 's/^job-//p'`,
  sleep: '#!/bin/sh\nexec /bin/sleep 0.005',
};

describe('an answer of sbatch that is lost', () => {
  const run = runPlan(
    IMAGE,
    { kind: 'arguments', words: ['true'] },
    { backend: { name: 'slurm', options: {} }, secrets: ['SECRET'] },
  );
  const intent = { backend: 'slurm', run: run.id, name: 'jobimg-test', hash: run.hash, native: {} };
  let root: string;
  let fake: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-answers-'));
    fake = join(root, 'fake');
    for (const name of ['bin', 'fake', 'runs']) mkdirSync(join(root, name));
    for (const [name, text] of Object.entries(PROGRAMS))
      writeFileSync(join(root, 'bin', name), text, { mode: 0o755 });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function begin(): { readonly child: ChildProcess; readonly said: Promise<string> } {
    const script = submitScript(run, intent, {
      settings: { folder: join(root, 'runs'), container: 'docker', setup: [] },
      secrets: new Map([['SECRET', 'x'.repeat(20_000)]]),
      clock: systemClock,
      shell: {
        where: 'local',
        run: async () => Buffer.alloc(0),
        send: () => Promise.reject(new Error()),
        open: () => Promise.reject(new Error()),
      },
      pullLogin: async () => undefined,
      progress: () => undefined,
    });
    const env = { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, FAKE: fake };
    const child = spawn('sh', ['-s'], { env, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    child.stdin.on('error', () => undefined);
    child.stdin.end(`{\n${script}\nexit 0\n} </dev/null\n`);
    let text = '';
    child.stdout.on('data', (bytes) => {
      text += String(bytes);
    });
    return { child, said: once(child, 'close').then(() => text) };
  }

  const submit = async () => readAnswer(Buffer.from(`${await begin().said}\n`)).answer;
  const jobs = () => readdirSync(fake).filter((name) => name.startsWith('job-'));

  it('leads to the job that was taken', async () => {
    writeFileSync(join(fake, 'lost'), '1');

    const answer = await submit();

    expect(answer.get('hash')).toBe(run.hash);
    expect(jobs()).toEqual([`job-${answer.get('id')}`]);
  });

  it('is asked for again where no job was taken', async () => {
    writeFileSync(join(fake, 'lost'), '2');
    writeFileSync(join(fake, 'before'), '');

    const answer = await submit();

    expect(jobs()).toEqual([`job-${answer.get('id')}`]);
  });

  it('is no answer either when it is lost by whoever asks again', async () => {
    writeFileSync(join(fake, 'lost'), '1');
    writeFileSync(join(fake, 'away'), '');

    const answer = await submit();

    expect(jobs()).toEqual([`job-${answer.get('id')}`]);
  });

  function removeJobs(): void {
    for (const name of jobs()) rmSync(join(fake, name));
    rmSync(join(root, 'runs/jobimg-test'), { recursive: true, force: true });
  }

  async function submitAndKill(): Promise<void> {
    const { child, said } = begin();
    await sleep(Math.random() * 120);
    // Its programs go with it, but for what Slurm has taken.
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
    await said;
  }

  it('with the whole script, at any moment, leads to one job for who submits again', async () => {
    let begun = 0;
    for (let moment = 0; moment < MOMENTS; moment++) {
      removeJobs();
      await submitAndKill();
      if (jobs().length > 0) begun += 1;

      const answer = await submit();

      expect([moment, answer.get('hash')]).toEqual([moment, run.hash]);
      expect([moment, jobs()]).toEqual([moment, [`job-${answer.get('id')}`]]);
      expect(readFileSync(join(root, 'runs/jobimg-test/id'), 'utf8').trim()).toBe(answer.get('id'));
    }
    tell('slurm-lost-answers', { moments: MOMENTS, begun });
  });
});
