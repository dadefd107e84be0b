import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { createSlurmBackend } from '../../../src/backends/slurm/backend.ts';
import { createShell } from '../../../src/backends/slurm/shell.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { parseSshAddress } from '../../../src/io/ssh/address.ts';
import type { InputFile } from '../../../src/jobspec/job/data.ts';
import type { SlurmSite } from '../../../src/jobspec/job/sites.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import type { Reference } from '../../../src/oci/types.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { Bench } from '../../backends/contract.ts';
import { runPlan, SECRET } from '../../backends/docker-bench.ts';
import { SHELL_PROGRAMS } from '../../backends/shell-programs.ts';
import { type SlurmCluster, startSlurm } from '../../slurm/cluster.ts';
import { USER_CONTAINER } from '../../slurm/user.ts';
import { type Parts, startParts } from './parts.ts';

/** Milliseconds that a row of the contract may take: a folder that is gone is taken for removed after a minute. */
export const SLURM_ROW = 180_000;

export interface SlurmBench extends Bench {
  readonly cluster: SlurmCluster;
  readonly parts: Parts;
  readonly image: Reference;
  /** As the operator would say it in a file of defaults. */
  readonly settings: SlurmSite;
}

/** How the login node is reached, and what ends that. */
export interface LoginNode {
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** What an input has that comes by this bench. */
export const INPUT_SIZE = 3_000_000;

type Reach = (cluster: SlurmCluster, parts: Parts) => Promise<LoginNode>;

/** Files of which each has its folder's name, repeated. */
function inputTar(inputs: readonly InputFile[]): AsyncIterable<Uint8Array> {
  const tar = pack();
  for (const { file, folder } of inputs)
    tar.entry({ name: `${folder}/${file}`.slice(1), mode: 0o666 }, Buffer.alloc(INPUT_SIZE, folder));
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

export interface SlurmBenchOptions {
  /** undefined: its commands are on this machine. */
  readonly reach?: Reach;
  readonly nodes?: 1 | 2;
  /** Whether whoever submits is not root, and has no engine. */
  readonly hasUser?: boolean;
}

/** Containers in jobs of a real Slurm: of the engine of the tests, or of Apptainer. */
export async function startSlurmBench(
  name: string,
  { reach, nodes = 1, hasUser = false }: SlurmBenchOptions = {},
): Promise<SlurmBench> {
  const container = hasUser ? USER_CONTAINER : 'docker';
  // Without a token, enroot asks for no index of OCI.
  const auth = container === 'enroot' ? 'token' : 'basic';
  const [parts, cluster] = await Promise.all([
    startParts({ name, bases: ['busybox'], auth }),
    startSlurm({ nodes, hasUser }),
  ]);
  const login = await reach?.(cluster, parts).catch(async (error: unknown) => {
    await cluster.stop();
    throw error;
  });
  const { host: registry, password = '', username = '' } = parts.registry;
  const digest = `sha256:${(parts.busybox?.digest ?? '').replace('sha256:', '')}` as const;
  const image = { ...parseReference(parts.busybox?.reference ?? ''), tag: undefined, digest };
  const { DOCKER_HOST: host = '', PATH: path = '' } = { ...process.env, ...parts.env };
  const { user } = cluster;
  const variables = {
    ...cluster.env,
    PATH: `${cluster.env['PATH']}:${path}`,
    ...(user === undefined ? {} : { HOME: user.home }),
  };
  const folder = join(user?.home ?? cluster.folder, 'runs');
  const settings = {
    folder,
    container,
    setup: [
      // As the registry of the tests has no certificate.
      hasUser ? 'export APPTAINER_NOHTTPS=true ENROOT_ALLOW_HTTP=y' : `export DOCKER_HOST=${host}`,
      ...Object.entries(variables).map(([key, value]) => `export ${key}='${value}'`),
    ],
  } as const;
  const shell = () => createShell(login && parseSshAddress(login.address), login?.env ?? cluster.env);
  const command = (text: string): RunPlan['command'] => ({ kind: 'shell', shell: 'sh', text });
  const backend = { name: 'slurm', options: {} } as const;
  return {
    cluster,
    parts,
    image,
    settings,
    connect: () =>
      createSlurmBackend({
        shell: user?.shellOf(shell()) ?? shell(),
        settings,
        clock: systemClock,
        secrets: new Map([['SECRET', SECRET]]),
        inputs: async (inputs) => [() => inputTar(inputs)],
        pullLogin: async () => ({ server: registry, username, password }),
        progress: () => undefined,
      }),
    plan: (program, changes) =>
      program === 'missing'
        ? runPlan(image, { kind: 'arguments', words: ['no-such-command'] }, { backend, ...changes })
        : runPlan(image, command(SHELL_PROGRAMS[program]), { backend, ...changes }),
    count: async (run) =>
      await stat(join(folder, run)).then(
        () => 1,
        () => 0,
      ),
    missingImage: { ...image, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      await login?.stop();
      await cluster.stop();
      await parts[Symbol.asyncDispose]();
    },
  };
}
