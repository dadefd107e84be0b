import { startDetached } from '../../../io/process/detached.ts';
import type { Variables } from '../../../io/process/exec.ts';

/** What a guard needs of the environment to find the engine; the rest of it may hold secrets. */
const KEPT = [
  'PATH',
  'HOME',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_CONFIG',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'XDG_RUNTIME_DIR',
];

/** `script` is the entry that calls `guard`; `context` that of the engine, when the spec names one. */
export interface GuardStart {
  readonly script: string;
  readonly env: Variables;
  readonly context?: string | undefined;
}

/** Starts a guard. The runner ends what carries its tracking id when the job is over: the guard carries none. */
export function startGuard(argumentsJson: string, { script, env, context }: GuardStart): void {
  const kept = KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const args =
    context === undefined ? argumentsJson : JSON.stringify({ ...JSON.parse(argumentsJson), context });
  startDetached(process.execPath, [script, args], { ...Object.fromEntries(kept), RUNNER_TRACKING_ID: '' });
}
