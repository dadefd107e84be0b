// A second BuildKit, of another release and compiled with another Go than that
// of the engine: only two different builders prove that a digest does not
// depend on the builder.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ensureProgram, VERSION } from './buildkit-programs.mjs';
import { command } from './command.mjs';
import { findDaemon, startDaemon, stopDaemon } from './daemon.mjs';
import { daemonEnv } from './daemon-env.mjs';
import { ensureDocker } from './docker.mjs';
import { goReleaseOtherThan } from './go.mjs';
import { withLock } from './lock.mjs';
import { unmountIn } from './mounts.mjs';
import { ensureParts } from './parts.mjs';
import { cacheDir, runDir } from './paths.mjs';
import { say } from './say.mjs';

const BUILDER = 'jobimg-second';
const DAEMON = 'buildkitd';
const READY_TIMEOUT_MS = 30_000;

/**
 * @typedef {object} SecondBuilder
 * @property {string} builder for `docker buildx build --builder`
 * @property {string} socket
 * @property {string} version
 * @property {string} go the release it was compiled with
 * @property {string} engineGo the release the engine was compiled with
 * @property {Record<string, string>} env on top of a child's environment
 */

/** @returns {Promise<SecondBuilder | undefined>} undefined where it cannot be compiled */
export async function ensureBuildkitd() {
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

/** @returns {Promise<boolean>} whether one was running */
export async function stopBuildkitd() {
  return withLock(DAEMON, async () => {
    const was = await stopDaemon(DAEMON);
    await clean();
    return was;
  });
}

/** @returns {Promise<string>} */
async function goOfEngine(env) {
  const args = ['version', '--format', '{{.Server.GoVersion}}'];
  return (await command('docker', args, { env: { ...process.env, ...env } })).stdout.trim();
}

/**
 * @param {string} engineGo
 * @returns {Promise<{ file: string, go: string } | undefined>}
 */
async function ensureBinary(engineGo) {
  const go = await goReleaseOtherThan(engineGo);
  if (!go) {
    say('no second BuildKit: there is no Go on this machine to compile it with');
    return undefined;
  }
  return { file: await ensureProgram('buildkitd', go), go };
}

/** @param {string} file */
async function ensureRunning(file) {
  const running = findDaemon(DAEMON);
  if (running?.facts.file === file && (await answers())) return;
  await stopDaemon(DAEMON);
  await clean();
  const config = join(runDir(DAEMON), 'buildkitd.toml');
  writeFileSync(config, configuration());
  await startDaemon({
    name: DAEMON,
    file,
    args: ['--config', config],
    env: daemonEnv({ PATH: (await ensureParts()).path }),
    facts: { file },
    ready: answers,
    timeoutMs: READY_TIMEOUT_MS,
  });
  say(`BuildKit ${VERSION} answers on ${socketFile()}`);
}

/** Registries on loopback need no entry: they are spoken to in plain http. */
function configuration() {
  return `root = "${rootDir()}"
insecure-entitlements = [ "network.host" ]
[grpc]
  address = [ "unix://${socketFile()}" ]
[worker.containerd]
  enabled = false
[worker.oci]
  enabled = true
  networkMode = "host"
`;
}

function socketFile() {
  return join(runDir(DAEMON), 'buildkitd.sock');
}

function rootDir() {
  return cacheDir('buildkitd', 'root');
}

/** @returns {Promise<boolean>} */
function answers() {
  return new Promise((resolve) => {
    const socket = connect(socketFile());
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** @param {Record<string, string>} env */
async function ensureBuilder(env) {
  if (existsSync(join(env.BUILDX_CONFIG, 'instances', BUILDER))) return;
  const args = ['buildx', 'create', '--name', BUILDER, '--driver', 'remote', `unix://${socketFile()}`];
  await command('docker', args, { env: { ...process.env, ...env } });
}

async function clean() {
  await unmountIn([rootDir()]);
  rmSync(socketFile(), { force: true });
}
