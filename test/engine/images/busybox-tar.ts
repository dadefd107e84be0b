// The file system of the tiny base image: busybox and the least around it.

import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from '../machine/command.ts';
import type { Parts } from '../parts/parts.ts';

export async function busyboxTar(file: string, epoch: number, parts: Parts): Promise<void> {
  const root = mkdtempSync(join(dirname(file), 'busybox-'));
  try {
    await fill(root, join(parts.prefix, 'bin/busybox'));
    const stable = ['--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'];
    await command('tar', ['-C', root, '--format=ustar', ...stable, '-cf', file, '.']);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function fill(root: string, busybox: string): Promise<void> {
  for (const dir of ['bin', 'etc', 'root', 'tmp']) mkdirSync(join(root, dir));
  // Modes said plainly, because the umask takes from those of mkdir.
  for (const dir of ['.', 'bin', 'etc']) chmodSync(join(root, dir), 0o755);
  chmodSync(join(root, 'root'), 0o700);
  chmodSync(join(root, 'tmp'), 0o1777);
  copyFileSync(busybox, join(root, 'bin/busybox'));
  chmodSync(join(root, 'bin/busybox'), 0o755);
  const { stdout } = await command(busybox, ['--list']);
  for (const applet of stdout.split('\n').filter((name) => name && name !== 'busybox')) {
    symlinkSync('busybox', join(root, 'bin', applet));
  }
  writeText(root, 'etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  writeText(root, 'etc/group', 'root:x:0:\nnogroup:x:65534:\n');
}

function writeText(root: string, name: string, text: string): void {
  writeFileSync(join(root, name), text);
  chmodSync(join(root, name), 0o644);
}
