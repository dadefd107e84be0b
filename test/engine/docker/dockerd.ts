// Starts a private dockerd with a containerd of its own, and clears up after one
// that was killed.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { startDaemon } from '../machine/daemon.ts';
import { daemonEnv } from '../machine/daemon-env.ts';
import { unmountIn } from '../machine/mounts.ts';
import { cacheDir, runDir } from '../machine/paths.ts';
import { kill, processes } from '../machine/processes.ts';
import type { Parts } from '../parts/parts.ts';
import type { Network } from './network.ts';

const CONTAINERD_TIMEOUT_MS = 180_000;
const DOCKERD_TIMEOUT_MS = 180_000;
const PING_TIMEOUT_MS = 2000;

/** Where a private engine keeps what. */
export interface EngineFiles {
  readonly run: string;
  readonly socket: string;
  readonly pid: string;
  readonly containerd: string;
  readonly config: string;
  readonly buildx: string;
  /** Where devices are described: https://github.com/cncf-tags/container-device-interface */
  readonly cdi: string;
  readonly data: string;
}

export function engineFiles(name: string): EngineFiles {
  const run = runDir(name);
  return {
    run,
    socket: join(run, 'docker.sock'),
    pid: join(run, 'docker.pid'),
    containerd: join(run, 'containerd.sock'),
    config: join(run, 'config'),
    buildx: join(run, 'buildx'),
    cdi: join(run, 'cdi'),
    data: cacheDir('docker', name),
  };
}

export interface EngineOptions {
  readonly parts: Parts;
  readonly network: Network;
  readonly containerdStore: boolean;
}

export async function startEngine(name: string, options: EngineOptions): Promise<void> {
  await startContainerd(name, options.parts);
  await startDockerd(name, options);
}

/** Its own containerd: dockerd would else take one that the machine may have. */
async function startContainerd(name: string, parts: Parts): Promise<void> {
  const { run, data, containerd } = engineFiles(name);
  const config = join(run, 'containerd.toml');
  writeFileSync(config, containerdConfig(run, data, containerd));
  await startDaemon({
    name: `containerd-${name}`,
    file: join(parts.prefix, 'usr/bin/containerd'),
    args: ['--config', config],
    env: daemonEnv({ PATH: parts.path }),
    ready: async () => existsSync(containerd),
    timeoutMs: CONTAINERD_TIMEOUT_MS,
  });
}

/** The plugins switched off would write to folders that other engines share. */
function containerdConfig(run: string, data: string, socket: string): string {
  return `version = 3
root = "${join(data, 'containerd')}"
state = "${join(run, 'containerd')}"
disabled_plugins = [
  "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime",
  "io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri",
  "io.containerd.podsandbox.controller.v1.podsandbox",
]
[grpc]
  address = "${socket}"
`;
}

async function startDockerd(name: string, { parts, network, containerdStore }: EngineOptions): Promise<void> {
  const { run, socket, pid, containerd, cdi, data } = engineFiles(name);
  const config = join(run, 'daemon.json');
  const settings = {
    hosts: [`unix://${socket}`],
    group: 'root',
    pidfile: pid,
    'data-root': data,
    'exec-root': join(run, 'exec'),
    containerd,
    features: { 'containerd-snapshotter': containerdStore },
    bridge: network.bridge,
    'default-address-pools': [{ base: network.pool, size: 24 }],
    'cdi-spec-dirs': [cdi],
    iptables: false,
    ip6tables: false,
    'shutdown-timeout': 5,
  };
  writeFileSync(config, `${JSON.stringify(settings, null, 2)}\n`);
  await startDaemon({
    name: `dockerd-${name}`,
    file: join(parts.prefix, 'usr/sbin/dockerd'),
    args: ['--config-file', config],
    env: daemonEnv({ PATH: parts.path }),
    facts: { containerdStore },
    ready: () => ping(socket),
    timeoutMs: DOCKERD_TIMEOUT_MS,
  });
}

export function ping(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ socketPath: socket, path: '/_ping', timeout: PING_TIMEOUT_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}

/** What an engine that was killed leaves behind: shims, mounts, sockets. */
export async function clearUp(name: string): Promise<void> {
  const { run, data, socket, pid, containerd } = engineFiles(name);
  killShims(containerd);
  await unmountIn([run, data]);
  for (const file of [socket, pid, containerd, `${containerd}.ttrpc`]) rmSync(file, { force: true });
  for (const dir of ['containerd', 'exec']) rmSync(join(run, dir), { recursive: true, force: true });
}

/**
 * A shim that names our containerd's socket was started by our containerd. Its
 * container goes first: without its shim nobody would know it any more.
 */
function killShims(containerd: string): void {
  const all = processes();
  const shims = all.filter(({ argv }) => argv[0]?.endsWith('containerd-shim-runc-v2'));
  for (const shim of shims.filter(({ argv }) => argv.includes(containerd))) {
    for (const child of all.filter(({ parent }) => parent === shim.pid)) kill(child.pid);
    kill(shim.pid);
  }
}
