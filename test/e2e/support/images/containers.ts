import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ContainerSeen {
  readonly id: string;
  readonly running: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** The containers of jobs with this name, read with the docker client. */
export async function containersOf(job: string, env: Variables): Promise<readonly ContainerSeen[]> {
  const ids = (await docker(['ps', '--all', '--quiet', '--filter', `label=jobimg.job=${job}`], env))
    .split('\n')
    .filter(Boolean);
  if (ids.length === 0) return [];
  const found = JSON.parse(await docker(['inspect', ...ids], env)) as readonly Inspected[];
  return found.map(({ Id, State, Config }) => ({ id: Id, running: State.Running, labels: Config.Labels }));
}

interface Inspected {
  readonly Id: string;
  readonly State: { readonly Running: boolean };
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

export async function docker(args: readonly string[], env: Variables): Promise<string> {
  const { stdout } = await run('docker', args, {
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
