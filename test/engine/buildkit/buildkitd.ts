// A second BuildKit, of another release and compiled with another Go than that
// of the engine: only two different builders prove that a digest does not
// depend on the builder.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ensureDocker } from '../docker/docker.ts';
import { goReleaseOtherThan } from '../go/go.ts';
import { command } from '../machine/command.ts';
import { findDaemon, startDaemon, stopDaemon } from '../machine/daemon.ts';
import { daemonEnv } from '../machine/daemon-env.ts';
import { withLock } from '../machine/lock.ts';
import { unmountIn } from '../machine/mounts.ts';
import { cacheDir, runDir } from '../machine/paths.ts';
import { say } from '../machine/say.ts';
import { ensureParts } from '../parts/parts.ts';
import { ensureProgram, VERSION } from './buildkit-programs.ts';

const BUILDER = 'jobimg-second';
const DAEMON = 'buildkitd';
const READY_TIMEOUT_MS = 180_000;

export interface SecondBuilder {
  /** for `docker buildx build --builder` */
  readonly builder: string;
  readonly socket: string;
  readonly version: string;
  /** the release it was compiled with */
  readonly go: string;
  /** the release the engine was compiled with */
  readonly engineGo: string;
  /** on top of a child's environment */
  readonly env: Environment;
}

type Environment = Readonly<Record<string, string>>;

/** Undefined where it cannot be compiled. */
export async function ensureBuildkitd(): Promise<SecondBuilder | undefined> {
  const docker = await ensureDocker();
  const env = { ...docker.env, BUILDX_CONFIG: runDir('main', 'buildx') };
  return withLock(DAEMON, async () => {
    const engineGo = await goOfEngine(env);
    const binary = await ensureBinary(engineGo);
    if (!binary) return undefined;
    await ensureRunning(binary.file);
    await ensureBuilder(env);
    return { builder: BUILDER, socket: socketFile(), version: VERSION, go: binary.go, engineGo, env };
  });
}

/** Whether one was running. */
export async function stopBuildkitd(): Promise<boolean> {
  return withLock(DAEMON, async () => {
    const was = await stopDaemon(DAEMON);
    await clean();
    return was;
  });
}

async function goOfEngine(env: Environment): Promise<string> {
  const args = ['version', '--format', '{{.Server.GoVersion}}'];
  return (await command('docker', args, { env: { ...process.env, ...env } })).stdout.trim();
}

async function ensureBinary(engineGo: string): Promise<{ file: string; go: string } | undefined> {
  const go = await goReleaseOtherThan(engineGo);
  if (!go) {
    say('no second BuildKit: there is no Go on this machine to compile it with');
    return undefined;
  }
  return { file: await ensureProgram('buildkitd', go), go };
}

async function ensureRunning(file: string): Promise<void> {
  const running = findDaemon(DAEMON);
  if (running?.facts['file'] === file && (await answers(socketFile()))) return;
  await stopDaemon(DAEMON);
  await clean();
  const config = join(runDir(DAEMON), 'buildkitd.toml');
  writeFileSync(config, buildkitdConfig(rootDir(), socketFile()));
  await startDaemon({
    name: DAEMON,
    file,
    args: ['--config', config],
    env: daemonEnv({ PATH: (await ensureParts()).path }),
    facts: { file },
    ready: () => answers(socketFile()),
    timeoutMs: READY_TIMEOUT_MS,
  });
  say(`BuildKit ${VERSION} answers on ${socketFile()}`);
}

/** Registries on loopback need no entry: they are spoken to in plain http. */
export function buildkitdConfig(root: string, socket: string): string {
  return `root = "${root}"
insecure-entitlements = [ "network.host" ]
[grpc]
  address = [ "unix://${socket}" ]
[worker.containerd]
  enabled = false
[worker.oci]
  enabled = true
  networkMode = "host"
`;
}

function socketFile(): string {
  return join(runDir(DAEMON), 'buildkitd.sock');
}

function rootDir(): string {
  return cacheDir('buildkitd', 'root');
}

export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function ensureBuilder(env: Environment): Promise<void> {
  if (existsSync(join(env['BUILDX_CONFIG'] ?? '', 'instances', BUILDER))) return;
  const args = ['buildx', 'create', '--name', BUILDER, '--driver', 'remote', `unix://${socketFile()}`];
  await command('docker', args, { env: { ...process.env, ...env } });
}

async function clean(): Promise<void> {
  await unmountIn([rootDir()]);
  rmSync(socketFile(), { force: true });
}
