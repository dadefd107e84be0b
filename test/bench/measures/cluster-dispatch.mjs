/**
 * How long it takes on a Kubernetes until the process of a job runs, the image being on the node, beside a Job that is
 * made by hand as `kubectl create` makes it: one call, one container. The process itself tells the time as its first
 * deed. Ours counts from the first request of the dispatch: by the one before it the Job was tried out before any image
 * was made.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createObject, deleteObject, getText, untilSeen } from '../../kubernetes/api.ts';
import { ensureKubernetes } from '../../kubernetes/cluster.ts';
import { testNamespace } from '../../kubernetes/namespace.ts';
import { pullSecret } from '../../kubernetes/pull-secret.ts';
import { takeTurns } from '../rounds.mjs';
import { told, within } from '../table.mjs';

const NOW = 'date +%s.%N';
const TIME = /\b\d{10}\.\d{9}\b/;
const ROUNDS = 9;
const WAIT_MS = 120_000;

export async function* measure(ground) {
  const image = `${ground.base.reference.replace(/:[^:/]*$/, '')}@${ground.base.digest}`;
  const cluster = await ensureKubernetes();
  const namespace = await testNamespace(cluster);
  ground.ends.push(() => namespace[Symbol.asyncDispose]());
  const path = (kind) => `/${kind.group}/namespaces/${namespace.name}/${kind.name}`;
  await createObject(namespace.api, path(SECRETS), pullSecret('pull', ground.registry));

  const folder = join(ground.work, 'cluster-dispatch');
  mkdirSync(folder);
  const spec = `run: ${NOW}\nimage: "${image}"\ncode: none\nbackend: kubernetes\n`;
  writeFileSync(join(folder, 'jobimg.yml'), spec);
  const file = join(ground.work, 'cluster-requests');
  const hook = fileURLToPath(new URL('../noted-requests.mjs', import.meta.url));
  const env = {
    ...ground.env,
    KUBECONFIG: namespace.kubeconfig,
    JOBIMG_BENCH_REQUESTS: file,
    NODE_OPTIONS: `--import=${hook}`,
  };
  const words = [join(ground.dist, 'cli.js'), 'run', '-C', folder, '--registry', 'none'];

  const sinceCheck = [];
  const ours = async () => {
    rmSync(file, { force: true });
    const said = await textOf(process.execPath, words, env);
    const [check, dispatch] = [/dryRun/, /\/jobs\?labelSelector/].map((kind) => timeOf(kind, file));
    sinceCheck.push(timeIn(said) - check);
    return timeIn(said) - dispatch;
  };
  const theirs = async (round) => {
    const name = `by-hand-${round}`;
    const began = performance.timeOrigin + performance.now();
    await createObject(namespace.api, path(JOBS), jobOf(name, image));
    const pods = `${path(PODS)}?labelSelector=job-name%3D${name}`;
    const pod = await untilSeen(namespace.api, pods, hasEnded, AbortSignal.timeout(WAIT_MS));
    const log = await getText(namespace.api, `${path(PODS)}/${pod.metadata.name}/log`);
    await deleteObject(namespace.api, `${path(JOBS)}/${name}?propagationPolicy=Background`);
    return timeIn(log) - began;
  };

  const times = await takeTurns({ ours, theirs }, { rounds: ROUNDS });
  yield within('dispatch to Kubernetes, until the process starts', times.ours, times.theirs, 1.3);
  const { checked } = await takeTurns({ checked: (round) => sinceCheck[round] }, { rounds: ROUNDS });
  yield told('the same from the check before images are made', checked, times.theirs);
}

const JOBS = { group: 'apis/batch/v1', name: 'jobs' };
const PODS = { group: 'api/v1', name: 'pods' };
const SECRETS = { group: 'api/v1', name: 'secrets' };

function jobOf(name, image) {
  const main = { name: 'main', image, command: ['bash', '-eo', 'pipefail', '-c', NOW] };
  const pod = { restartPolicy: 'Never', imagePullSecrets: [{ name: 'pull' }], containers: [main] };
  return { metadata: { name }, spec: { backoffLimit: 0, template: { spec: pod } } };
}

function hasEnded({ status }) {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}

/** Milliseconds since 1970. */
function timeIn(text) {
  const time = TIME.exec(text)?.[0];
  if (time === undefined) throw new Error(`no process told the time:\n${text}`);
  return Number(time) * 1_000;
}

/** When the first request of a kind was sent. */
function timeOf(kind, file) {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((one) => kind.test(one));
  if (line === undefined) throw new Error(`no request was sent that is ${kind}`);
  return Number(line.split(' ')[0]);
}

/** Not `spawnSync`: the cluster's owner is this process. */
async function textOf(command, args, env) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = [child.stdout, child.stderr].map(async (stream) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  });
  return (await Promise.all(texts)).join('');
}
