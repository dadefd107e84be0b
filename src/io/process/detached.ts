import { spawn } from 'node:child_process';
import type { Environment } from './exec.ts';

/** Starts a process that goes on when we end, in a session of its own and without any of our streams. */
export function startDetached(command: string, args: readonly string[], env: Environment): void {
  const child = spawn(command, [...args], {
    detached: true,
    stdio: 'ignore',
    env: { ...env },
    cwd: '/',
    windowsHide: true,
  });
  // It is a second guard: that it cannot be started must not stop what it was to watch.
  child.once('error', () => undefined);
  child.unref();
}
