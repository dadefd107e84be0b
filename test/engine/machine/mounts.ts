import { readFileSync } from 'node:fs';
import { command } from './command.ts';

/**
 * What a killed engine leaves mounted in these folders, which may be mounts themselves, as a data root is. Lazily,
 * because a process in there may still hold a file.
 */
export async function unmountIn(roots: readonly string[]): Promise<void> {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const points = lines.map((line) => line.split(' ')[1] ?? '');
  const own = points.filter((point) => roots.some((root) => `${point}/`.startsWith(`${root}/`)));
  // Later mounts may lie upon earlier ones.
  for (const point of own.reverse()) await command('umount', ['-l', point], { allowFailure: true });
}
