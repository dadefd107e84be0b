/**
 * How long it takes until the process of a job runs, the image being there, beside `docker run` by hand. The process
 * itself tells the time as its first deed. Ours counts from the first word to the engine, which is the beginning of
 * the dispatch; `docker run` counts whole, from the start of the docker command. The whole of `jobimg run`, with its
 * plan and its look into the registry, is told below that.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchEngine } from '../engine-proxy.mjs';
import { run } from '../ground.mjs';
import { takeTurns } from '../rounds.mjs';
import { told, within } from '../table.mjs';

const NOW = 'date +%s.%N';
const ROUNDS = 9;

export async function* measure(ground) {
  const image = `${ground.base.reference.replace(/:[^:/]*$/, '')}@${ground.base.digest}`;
  const folder = join(ground.work, 'dispatch');
  mkdirSync(folder);
  writeFileSync(join(folder, 'jobimg.yml'), `run: ${NOW}\nimage: "${image}"\ncode: none\n`);
  run('docker', ['pull', '--quiet', image], ground);
  const engine = await watchEngine(ground);
  const env = { ...ground.env, DOCKER_HOST: engine.host };

  const wholes = [];
  const ours = async () => {
    engine.forget();
    const words = [
      join(ground.dist, 'cli.js'),
      'run',
      '-C',
      folder,
      '--registry',
      `${ground.registry.host}/bench/dispatch`,
    ];
    const { started, began } = await untilProcess(process.execPath, words, env);
    wholes.push(started - began);
    return started - engine.firstCall();
  };
  const theirs = async () => {
    const words = ['run', '--rm', '--init', image, 'bash', '-eo', 'pipefail', '-c', NOW];
    const { started, began } = await untilProcess('docker', words, env);
    return started - began;
  };

  const times = await takeTurns({ ours, theirs }, { rounds: ROUNDS });
  yield within('dispatch, until the process starts', times.ours, times.theirs, 1.3);
  const { whole } = await takeTurns({ whole: (round) => wholes[round] }, { rounds: ROUNDS });
  yield told('the whole of `jobimg run`, until the process starts', whole, times.theirs);
}

/** Not `spawnSync`: the proxy lives in this process. @returns {Promise<{ began: number, started: number }>} */
async function untilProcess(command, args, env) {
  const began = performance.timeOrigin + performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([child.stdout, child.stderr].map(textOf));
  const time = /\b\d{10}\.\d{9}\b/.exec(stdout)?.[0];
  if (time === undefined) throw new Error(`${command} ${args.join(' ')} told no time:\n${stdout}${stderr}`);
  return { began, started: Number(time) * 1000 };
}

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
