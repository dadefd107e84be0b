import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from './exec.ts';

/** A process that has our terminal until it ends; its exit code, or 128 and the signal's number as shells count. */
export async function interact(command: string, args: readonly string[], env: Environment): Promise<number> {
  const child = spawn(command, [...args], { env: { ...env }, cwd: '/', stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 130;
}
