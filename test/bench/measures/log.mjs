/**
 * A log of 1,000,000 lines, beside `docker logs` of the same container. A first `jobimg run` is killed as soon as its
 * container runs, which goes on alone, fills its log and waits. From then on the same call takes the run over and passes
 * its whole log, up to the last line, at which it is killed again; so that the log is written once for all rounds. Both
 * are whole processes that write to a pipe.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from '../ground.mjs';
import { takeTurns } from '../rounds.mjs';
import { within } from '../table.mjs';

const LINES = 1_000_000;
const ROUNDS = 3;
const POLL_MS = 200;
const NEWLINE = 10;

export async function* measure(ground) {
  const image = `${ground.base.reference.replace(/:[^:/]*$/, '')}@${ground.base.digest}`;
  const folder = join(ground.work, 'log');
  mkdirSync(folder);
  const job = `seq -f 'step %.0f of ${LINES}: loss 0.1234, 567.8 samples/s' ${LINES}; sleep infinity`;
  writeFileSync(join(folder, 'jobimg.yml'), `run: ${JSON.stringify(job)}\nimage: "${image}"\ncode: none\n`);
  run('docker', ['pull', '--quiet', image], ground);

  const { container, command, env } = await leaveContainer(ground, folder, `${process.pid}`);
  ground.ends.push(async () => run('docker', ['rm', '--force', container], { env }));
  await untilFilled(container, env);
  const times = await takeTurns(
    {
      theirs: () => untilLastLine(['docker', 'logs', container], env),
      ours: () => untilLastLine(command, env),
    },
    { rounds: ROUNDS },
  );
  yield within('a log of 1,000,000 lines, beside docker logs', times.ours, times.theirs, 1);
}

/** A container whose job goes on, and the command that takes it over. */
async function leaveContainer({ dist, env: outer, registry }, folder, id) {
  const env = {
    ...outer,
    GITHUB_RUN_ID: id,
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'bench',
    GITHUB_ACTION: 'log',
  };
  const words = [join(dist, 'cli.js'), 'run', '-C', folder, '--registry', `${registry.host}/bench/log`];
  const child = spawn(process.execPath, words, { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const container = await containerOf(env, id, child);
  child.kill('SIGKILL');
  await ended;
  return { container, env, command: [process.execPath, ...words] };
}

async function containerOf(env, id, child) {
  const words = ['ps', '--quiet', '--filter', `name=^jobimg-${id}-`];
  while (child.exitCode === null) {
    const found = run('docker', words, { env }).stdout.trim();
    if (found !== '') return found;
    await setTimeout(POLL_MS);
  }
  throw new Error(`jobimg run ended with ${child.exitCode} before its container was seen`);
}

async function untilFilled(container, env) {
  const last = ['logs', '--tail', '1', container];
  while (!run('docker', last, { env }).stdout.startsWith(`step ${LINES} `)) await setTimeout(POLL_MS);
}

/** From the start of a program to the last line of the log, or to its end, where what it said is told. */
async function untilLastLine([command, ...args], env) {
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = `${said}${text}`.slice(-2_000);
  });
  let lines = 0;
  for await (const chunk of child.stdout) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    if (lines >= LINES) break;
  }
  const ms = performance.now() - started;
  child.kill('SIGKILL');
  await ended;
  if (lines < LINES)
    throw new Error(`${command} ${args.join(' ')} passed ${lines} lines of ${LINES}: ${said}`);
  return ms;
}
