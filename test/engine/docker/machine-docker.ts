// The machine's own Docker Engine, where it can do what the images need.

import { command } from '../machine/command.ts';
import { runRoot } from '../machine/paths.ts';
import { say } from '../machine/say.ts';
import type { Docker } from './docker.ts';

const MIN_ENGINE = 25;
const MIN_BUILDX_MINOR = 13;
const CONTAINERD_STORE = 'io.containerd.snapshotter.v1';
const TIMEOUT_MS = 180_000;

/** What is read of `docker info --format '{{json .}}'`. */
interface Info {
  readonly ServerVersion?: string;
  readonly DockerRootDir: string;
  readonly DriverStatus?: readonly (readonly [string, string])[];
}

/** Undefined, with the reason said, where it does not fit. */
export async function machineDocker(): Promise<Docker | undefined> {
  // A shell that was given our environment names a private engine, a dead one here.
  if (process.env['DOCKER_HOST']?.startsWith(`unix://${runRoot()}`)) return undefined;
  const info = await command('docker', ['info', '--format', '{{json .}}'], {
    allowFailure: true,
    timeoutMs: TIMEOUT_MS,
  });
  if (info.code !== 0) return undefined;
  const facts: Info = JSON.parse(info.stdout);
  // Without an answer of the engine the client still prints its own half.
  if (!facts.ServerVersion) return undefined;
  const buildx = await command('docker', ['buildx', 'version'], { allowFailure: true });
  const reason = misfit(facts, buildx.stdout);
  if (reason) {
    say(`the engine of this machine is not used: ${reason}`);
    return undefined;
  }
  const host = await currentHost();
  return { host, env: {}, dockerRoot: facts.DockerRootDir, private: false };
}

function misfit(facts: Info, buildxVersion: string): string | undefined {
  const engine = Number.parseInt(facts.ServerVersion ?? '', 10);
  if (engine < MIN_ENGINE) return `version ${facts.ServerVersion} is older than ${MIN_ENGINE}`;
  const types = (facts.DriverStatus ?? []).filter(([key]) => key === 'driver-type');
  if (!types.some(([, type]) => type === CONTAINERD_STORE)) return 'it has no containerd image store';
  const [, major, minor] = /v?(\d+)\.(\d+)\.\d+/.exec(buildxVersion) ?? [];
  if (major === undefined) return 'it has no buildx';
  if (Number(major) === 0 && Number(minor) < MIN_BUILDX_MINOR) return 'its buildx is older than 0.13';
  return undefined;
}

async function currentHost(): Promise<string> {
  if (process.env['DOCKER_HOST']) return process.env['DOCKER_HOST'];
  const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  return (await command('docker', args)).stdout.trim();
}
