/**
 * How long it takes on a Kubernetes until the process of a job runs, the image being on the node, beside a Job that is
 * made by hand as `kubectl create` makes it: one call, one container. The process itself tells the time as its first
 * deed. Ours counts from the second connection to the API server, which is the beginning of the dispatch: by the first
 * one the Job was tried out before any image was made.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
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
  const way = await watchServer(cluster.server);
  const namespace = await testNamespace({ ...cluster, server: way.server });
  ground.ends.push(() => namespace[Symbol.asyncDispose]());
  const path = (kind) => `/${kind.group}/namespaces/${namespace.name}/${kind.name}`;
  await createObject(namespace.api, path(SECRETS), pullSecret('pull', ground.registry));

  const folder = join(ground.work, 'cluster-dispatch');
  mkdirSync(folder);
  const spec = `run: ${NOW}\nimage: "${image}"\ncode: none\nbackend: kubernetes\n`;
  writeFileSync(join(folder, 'jobimg.yml'), spec);
  const env = { ...ground.env, KUBECONFIG: namespace.kubeconfig };
  const words = [join(ground.dist, 'cli.js'), 'run', '-C', folder, '--registry', 'none'];

  const sinceCheck = [];
  const ours = async () => {
    way.forget();
    const said = await textOf(process.execPath, words, env);
    const [check, dispatch] = way.calls();
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

/** Not `spawnSync`: the way to the API server leads through this process. */
async function textOf(command, args, env) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = [child.stdout, child.stderr].map(async (stream) => {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  });
  return (await Promise.all(texts)).join('');
}

/** Stands before the API server and notes when somebody connects to it; passes everything on as it is. */
async function watchServer(address) {
  const target = Number(new URL(address).port);
  let calls = [];
  const server = createServer({ allowHalfOpen: true }, (client) => {
    calls.push(performance.timeOrigin + performance.now());
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ])
      socket.on('error', () => other.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    server: `https://127.0.0.1:${server.address().port}`,
    calls: () => calls,
    forget() {
      calls = [];
    },
  };
}
