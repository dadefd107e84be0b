/**
 * A log of 1,000,000 lines, beside `docker logs` of the same container. A first `jobimg run` is killed as soon as its
 * container runs, which goes on and ends alone; a second one with the same run id takes it over and passes its whole
 * log, the engine doing the same work for both. Both are whole processes that write to a pipe.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { run } from '../ground.mjs';
import { takeTurns } from '../rounds.mjs';
import { within } from '../table.mjs';

const LINES = 1_000_000;
/** Each fills the log of a container anew, which takes far longer than to read it. */
const ROUNDS = 1;
const POLL_MS = 50;

export async function* measure(ground) {
  const image = `${ground.base.reference.replace(/:[^:/]*$/, '')}@${ground.base.digest}`;
  const folder = join(ground.work, 'log');
  mkdirSync(folder);
  const job = `seq -f 'step %.0f of ${LINES}: loss 0.1234, 567.8 samples/s' ${LINES}`;
  writeFileSync(join(folder, 'jobimg.yml'), `run: ${JSON.stringify(job)}\nimage: "${image}"\ncode: none\n`);
  run('docker', ['pull', '--quiet', image], ground);

  let left;
  const before = async (round) => {
    left = await leaveContainer(ground, folder, `${process.pid}${round}`);
  };
  const ours = () => counted(left.command, left.env);
  const theirs = () => counted(['docker', 'logs', left.container], left.env);

  // Theirs first: ours removes the container when it has its result.
  const times = await takeTurns({ theirs, ours }, { rounds: ROUNDS, before });
  yield within(`a log of 1,000,000 lines`, times.ours, times.theirs, 2);
}

/** A container that ran the job to its end, and the command that takes it over. */
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
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const container = await containerOf(env, id, child);
  child.kill('SIGKILL');
  await ended;
  run('docker', ['wait', container], { env });
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

function counted(command, env) {
  const { ms, stdout } = run('sh', ['-c', '"$@" | wc -l', 'sh', ...command], { env });
  if (Number(stdout) < LINES)
    throw new Error(`${command.join(' ')} passed ${stdout.trim()} lines of ${LINES}`);
  return ms;
}
