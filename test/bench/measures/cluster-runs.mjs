/**
 * Peak memory of one `jobimg run` that starts a hundred runs on a Kubernetes at once and follows all of them. Each has to
 * have run, and none of them twice.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureKubernetes } from '../../kubernetes/cluster.ts';
import { testNamespace } from '../../kubernetes/namespace.ts';
import { atMost, told } from '../table.mjs';

const RUNS = 100;

export async function* measure(ground) {
  const namespace = await testNamespace(await ensureKubernetes());
  ground.ends.push(() => namespace[Symbol.asyncDispose]());
  const folder = join(ground.work, 'cluster-runs');
  mkdirSync(folder);
  const legs = Array.from({ length: RUNS }, (_, index) => index).join(', ');
  const lines = [
    `image: "${ground.base.reference.replace(/:[^:/]*$/, '')}@${ground.base.digest}"`,
    'run: echo this is leg-{{ leg }}',
    `strategy: { matrix: { leg: [${legs}] }, fail-fast: false }`,
    'backend: { kubernetes: { outputs: none } }',
    'code: none',
  ];
  writeFileSync(join(folder, 'jobimg.yml'), `${lines.join('\n')}\n`);

  const file = join(ground.work, 'cluster-memory');
  const hook = fileURLToPath(new URL('../measured-child.mjs', import.meta.url));
  const env = {
    ...ground.env,
    KUBECONFIG: namespace.kubeconfig,
    JOBIMG_BENCH_MEMORY: file,
    NODE_OPTIONS: `--import=${hook}`,
  };
  const started = performance.now();
  const said = await textOf([join(ground.dist, 'cli.js'), 'run', '-C', folder, '--registry', 'none'], env);
  const ms = performance.now() - started;
  checkLegs(said);
  const kilobytes = Number(readFileSync(file, 'utf8'));
  yield atMost('100 runs on Kubernetes at once, peak memory', (kilobytes * 1024) / 1e6, 300, 'MB');
  yield told('100 runs on Kubernetes at once, all of it', ms);
}

function checkLegs(said) {
  const shown = [...said.matchAll(/this is leg-(\d+)$/gm)]
    .map(([, leg]) => Number(leg))
    .sort((a, b) => a - b);
  const wanted = Array.from({ length: RUNS }, (_, index) => index);
  if (JSON.stringify(shown) !== JSON.stringify(wanted))
    throw new Error(`of ${RUNS} legs these have run: ${shown.join(' ')}\n${said.slice(-4_000)}`);
}

/** Not `spawnSync`: the cluster's owner is this process. */
async function textOf(words, env) {
  const child = spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = [child.stdout, child.stderr].map(async (stream) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  });
  return (await Promise.all(texts)).join('');
}
