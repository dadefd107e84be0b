import type { Finding } from '../errors.ts';
import { Findings } from '../findings.ts';
import type { TargetFacts } from '../fit/facts.ts';
import type { Variables } from '../io/process/exec.ts';
import { type BackendName, recordedBackend } from '../jobspec/job/backend-names.ts';
import type { BackendChoice } from '../jobspec/job/job.ts';
import type { Handle } from '../run/types/handle.ts';
import type { LookedAtRun } from '../run/types/written-run.ts';
import type { Backend } from '../tools/backend.ts';
import type { Tools } from '../tools/tools.ts';
import type { BackendConnection, LeftRunCaller } from './backend-connection.ts';
import type { ConnectContext } from './context.ts';
import { DOCKER_CONNECTION } from './docker.ts';
import { KUBERNETES_CONNECTION } from './kubernetes.ts';
import { maskSecrets } from './mask.ts';
import { COMMAND_CONNECTION } from './places/command.ts';
import { GITHUB_CONNECTION } from './places/github.ts';
import { SLURM_CONNECTION } from './places/slurm.ts';

/** The other half of `backends/types/table.ts`. */
const CONNECTIONS: Readonly<Record<BackendName, BackendConnection>> = {
  docker: DOCKER_CONNECTION,
  kubernetes: KUBERNETES_CONNECTION,
  slurm: SLURM_CONNECTION,
  command: COMMAND_CONNECTION,
  github: GITHUB_CONNECTION,
};

export function connectBackend(
  choice: BackendChoice,
  secrets: ReadonlyMap<string, string>,
  context: ConnectContext,
): Promise<Backend> {
  maskSecrets(secrets, context);
  return CONNECTIONS[choice.name].connect(choice, secrets, context);
}

export function isBackendHere(choice: BackendChoice, context: ConnectContext): Promise<boolean> {
  return CONNECTIONS[choice.name].isHere(choice, context);
}

export async function refusalsOf(run: LookedAtRun, context: ConnectContext): Promise<readonly Finding[]> {
  const findings = new Findings();
  await CONNECTIONS[run.run.backend.name].refuse?.(run, context, findings);
  return findings.all;
}

export async function targetsOf(
  choice: BackendChoice,
  context: ConnectContext,
): Promise<readonly TargetFacts[]> {
  return (await CONNECTIONS[choice.name].targets?.(choice, context)) ?? [];
}

export async function connectLeftRun(handle: Handle, by: LeftRunCaller): Promise<Backend> {
  return await CONNECTIONS[recordedBackend(handle.backend)].reconnect(handle, by);
}

export function terminalOf(backend: BackendName, env: Variables): Awaited<ReturnType<Tools['terminal']>> {
  const { openTerminal } = CONNECTIONS[backend];
  return openTerminal && ((handle) => openTerminal(handle, env));
}
