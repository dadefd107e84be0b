import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../../scripts/engine/command.mjs';
import { ensureNetwork } from '../../../scripts/engine/network.mjs';
import { ensureParts } from '../../../scripts/engine/parts.mjs';
import { apiOf, untilSeen } from '../api.ts';
import type { Cluster } from '../cluster.ts';
import { PAUSE_IMAGE } from '../compile/pause-image.ts';
import type { Programs } from '../compile/programs.ts';
import { makeCgroups } from './cgroups.ts';
import { writeNodeFiles } from './node-files.ts';
import { PARTS, type PartSettings } from './part.ts';
import { startPart } from './parts.ts';
import type { Place } from './place.ts';
import { freePorts } from './ports.ts';

/** The API server connects to the kubelet by the name of the node, which so leads to loopback. */
const NODE = 'localhost';
const READY_TIMEOUT_MS = 180_000;

export async function startCluster(place: Place, programs: Programs): Promise<Cluster> {
  const engine = await ensureParts();
  const network = await ensureNetwork(place.network, engine);
  const ports = await freePorts();
  const gateway = network.range.replace(/\.0\.0\/16$/, '.0.1');
  const settings = { place, programs, ports, gateway, node: NODE, path: engine.path };
  const server = `https://127.0.0.1:${ports.apiserver}`;
  const tokens = writeTokens(place);
  makeCgroups(place.cgroup);
  writeNodeFiles(settings, network.bridge);
  await command(programs.kubernetes, ['pki', '-dir', place.pki, '-server', server, '-node', NODE]);
  await Promise.all([startNode(settings), startControlPlane(settings)]);
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
  await Promise.all(others.map((part) => startPart(settings, part)));
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
  mkdirSync(place.pki, { recursive: true });
  const tokens = { admin: randomBytes(16).toString('hex'), deployer: randomBytes(16).toString('hex') };
  const lines = [`${tokens.admin},admin,admin,"system:masters"`, `${tokens.deployer},deployer,deployer`];
  writeFileSync(join(place.pki, 'tokens.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
  return tokens;
}
