import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureNetwork } from '../../engine/docker/network.ts';
import { command } from '../../engine/machine/command.ts';
import { ensureParts } from '../../engine/parts/parts.ts';
import { apiOf, untilSeen } from '../api.ts';
import type { Cluster } from '../cluster.ts';
import { PAUSE_IMAGE } from '../compile/pause-image.ts';
import type { Programs } from '../compile/programs.ts';
import { makeCgroups } from './cgroups.ts';
import { writeNodeFiles } from './node-files.ts';
import { PARTS, type PartSettings } from './part.ts';
import { startPart } from './parts.ts';
import { makeFolders, type Place, pidOf } from './place.ts';
import { takePorts } from './ports.ts';

/** The API server connects to the kubelet by the name of the node, which so leads to loopback. */
const NODE = 'localhost';
const READY_TIMEOUT_MS = 180_000;

export async function startCluster(place: Place, programs: Programs): Promise<Cluster> {
  makeFolders(place);
  const engine = await ensureParts();
  const network = await ensureNetwork(place.network, engine);
  const ports = await takePorts(place);
  const gateway = network.range.replace(/\.0\.0\/16$/, '.0.1');
  const settings = { place, programs, ports, gateway, node: NODE, path: engine.path };
  const server = `https://127.0.0.1:${ports.apiserver}`;
  const tokens = writeTokens(place);
  makeCgroups(place.cgroup);
  writeNodeFiles(settings, network.bridge);
  await command(programs.kubernetes, ['pki', '-dir', place.pki, '-server', server, '-node', NODE]);
  const started = await Promise.allSettled([startNode(settings), startControlPlane(settings)]);
  // Not before both have ended: what fails is cleared up, and nothing may start meanwhile.
  for (const result of started) if (result.status === 'rejected') throw result.reason;
  await startPart(settings, 'kubelet');
  const cluster: Cluster = {
    name: place.name,
    place,
    server,
    ca: readFileSync(join(place.pki, 'ca.crt'), 'utf8'),
    tokens,
    kubeconfig: join(place.pki, 'admin.kubeconfig'),
    node: NODE,
    gateway,
    bridge: network.bridge,
  };
  writeFileSync(join(place.state, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  await untilUsable(cluster);
  // One that found its port taken has ended by now, and another program answered in its place.
  for (const part of PARTS) pidOf(place, part);
  return cluster;
}

async function startNode(settings: PartSettings): Promise<void> {
  await startPart(settings, 'mounts');
  await startPart(settings, 'containerd');
  const { place, programs } = settings;
  const images = ['--address', place.containerd, '--namespace', 'k8s.io', 'images'];
  const env = { ...process.env, PATH: settings.path };
  await command('ctr', [...images, 'import', programs.pauseImage], { env });
  const { stdout } = await command('ctr', [...images, 'ls', '--quiet'], { env });
  if (!stdout.includes(PAUSE_IMAGE)) throw new Error(`containerd has no ${PAUSE_IMAGE}: ${stdout}`);
}

async function startControlPlane(settings: PartSettings): Promise<void> {
  await startPart(settings, 'etcd');
  await startPart(settings, 'kube-apiserver');
  const others = PARTS.filter((part) => /^kube-(controller|scheduler)|^dns$/.test(part));
  for (const part of others) await startPart(settings, part);
}

/** Pods can be made: their node is ready, and the account that they run under is there. */
async function untilUsable(cluster: Cluster): Promise<void> {
  const api = apiOf(cluster);
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
  await untilSeen(api, '/api/v1/nodes', isReady, signal);
  await untilSeen(api, '/api/v1/namespaces/default/serviceaccounts', () => true, signal);
}

interface NodeObject {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isReady(node: NodeObject): boolean {
  return node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Users that log in with a token. What `deployer` may do is for each test to say. */
function writeTokens(place: Place): Cluster['tokens'] {
  const tokens = { admin: randomBytes(16).toString('hex'), deployer: randomBytes(16).toString('hex') };
  const lines = [`${tokens.admin},admin,admin,"system:masters"`, `${tokens.deployer},deployer,deployer`];
  writeFileSync(join(place.pki, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
  return tokens;
}
