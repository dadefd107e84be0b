// The command line of the engine of the tests: `npm run engine -- up`.
import { readdirSync } from 'node:fs';
import { ensureBuildkitd, stopBuildkitd } from './buildkit/buildkitd.ts';
import {
  type Docker,
  type DockerOptions,
  ensureDocker,
  privateEngines,
  stopDocker,
} from './docker/docker.ts';
import { ensureBase, ensureScratchBase } from './images/base.ts';
import { findDaemon } from './machine/daemon.ts';
import { runDir } from './machine/paths.ts';
import { say } from './machine/say.ts';
import { type Registry, type RegistryOptions, startRegistry, stopRegistry } from './registry/registry.ts';

const USAGE = `Usage: npm run engine -- <command>
  up            a Docker Engine, a registry with a password, two base images
  up buildkitd  the same and a second BuildKit, compiled with another Go
  up classic    the same and a second engine with the classic image store
  down          ends all that it started; what was downloaded is kept
  status        what runs
  env           lines for: eval "$(npm run --silent engine -- env)"`;

/** What the demo and a developer at a prompt use. */
const REGISTRY: RegistryOptions = { auth: 'basic', name: 'main', detached: true };
const CLASSIC: DockerOptions = { name: 'classic', containerdStore: false };

const COMMANDS: Readonly<Record<string, (extras: readonly string[]) => Promise<void> | void>> = {
  up,
  down,
  status,
  env,
};

async function up(extras: readonly string[]): Promise<void> {
  const { docker, registry } = await engineAndRegistry();
  const bases = [await ensureBase(registry), await ensureScratchBase(registry)];
  say(`docker: ${docker.host} (${docker.private ? 'private' : 'the one of this machine'})`);
  say(`registry: ${registry.host}, user ${registry.username}, password ${registry.password}`);
  for (const base of bases) say(`base: ${base.reference}@${base.digest}`);
  if (extras.includes('buildkitd')) await upBuildkitd();
  if (extras.includes('classic')) say(`classic engine: ${(await ensureDocker(CLASSIC)).host}`);
}

async function upBuildkitd(): Promise<void> {
  const second = await ensureBuildkitd();
  if (!second) return;
  say(
    `second builder: --builder ${second.builder}, BuildKit ${second.version} of ${second.go}; the engine is of ${second.engineGo}`,
  );
}

async function down(): Promise<void> {
  if (await stopBuildkitd()) say('the second BuildKit is stopped');
  for (const name of registryNames()) {
    if (await stopRegistry(name)) say(`registry "${name}" is stopped`);
  }
  // Also those that do not run: a killed one leaves mounts and containers.
  for (const name of privateEngines()) {
    if (await stopDocker({ name })) say(`private engine "${name}" is stopped`);
  }
}

function status(): void {
  const running = recordNames()
    .map(findDaemon)
    .filter((daemon) => daemon !== undefined);
  for (const { name, pid, facts } of running) {
    say(`${name} runs as process ${pid}${facts['port'] ? ` on 127.0.0.1:${facts['port']}` : ''}`);
  }
  if (running.length === 0) say('nothing runs');
}

async function env(): Promise<void> {
  const { docker, registry } = await engineAndRegistry();
  const all = { ...docker.env, ...registry.env, JOBIMG_REGISTRY: registry.host };
  for (const [name, value] of Object.entries(all)) {
    process.stdout.write(`export ${name}='${value.replaceAll("'", "'\\''")}'\n`);
  }
}

async function engineAndRegistry(): Promise<{ readonly docker: Docker; readonly registry: Registry }> {
  return { docker: await ensureDocker(), registry: await startRegistry(REGISTRY) };
}

/** A token server may have outlived its registry. */
function registryNames(): ReadonlySet<string> {
  const found = recordNames().map((name) => /^(?:registry|token)-(.+)$/.exec(name)?.[1]);
  return new Set(found.filter((name) => name !== undefined));
}

function recordNames(): readonly string[] {
  const files = readdirSync(runDir('daemons')).filter((file) => file.endsWith('.json'));
  return files.map((file) => file.slice(0, -'.json'.length));
}

const [name = '', ...extras] = process.argv.slice(2);
const run = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
try {
  if (!run) throw new Error(USAGE);
  await run(extras);
} catch (error) {
  say(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
