// A stand-in for `moby/buildkit` on machines that reach no public registry: the
// same programs, compiled here, with the little around them that they need.

import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goReleaseOtherThan } from '../go/go.ts';
import { type Base, ensureImage, type Recipe } from '../images/base.ts';
import { command } from '../machine/command.ts';
import type { Registry } from '../registry/registry.ts';
import { ensureProgram, VERSION } from './buildkit-programs.ts';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** `moby/buildkit:<the pinned release>`, so that it is found where a mirror of Docker Hub is asked for it. */
export async function ensureBuildkitImage(registry: Registry): Promise<Base> {
  const go = await goReleaseOtherThan('');
  if (!go) throw new Error('The image of BuildKit needs Go. Install Go 1.26 or newer.');
  const programs = {
    buildkitd: await ensureProgram('buildkitd', go),
    buildctl: await ensureProgram('buildctl', go),
  };
  return ensureImage(recipe(go, programs), registry);
}

interface Programs {
  readonly buildkitd: string;
  readonly buildctl: string;
}

function recipe(go: string, programs: Programs): Recipe {
  return {
    name: `buildkit-${VERSION}-${go}-1`,
    repository: 'moby/buildkit',
    tag: VERSION,
    madeBy: 'go build ./cmd/buildkitd ./cmd/buildctl # stand-in for the official image',
    config: { Env: ['PATH=/usr/bin:/bin'], Entrypoint: ['buildkitd'] },
    writeTar: (file, epoch, parts) =>
      writeTar(file, epoch, { ...programs, runc: join(parts.prefix, 'usr/sbin/runc') }),
  };
}

async function writeTar(
  file: string,
  epoch: number,
  { buildkitd, buildctl, runc }: Programs & { readonly runc: string },
): Promise<void> {
  const root = mkdtempSync(join(dirname(file), 'buildkit-'));
  try {
    place(buildkitd, root, '/usr/bin/buildkitd', 0o755);
    place(buildctl, root, '/usr/bin/buildctl', 0o755);
    place(runc, root, '/usr/bin/buildkit-runc', 0o755);
    for (const library of await librariesOf(runc)) place(library, root, library, 0o755);
    if (existsSync(CERTIFICATES)) place(CERTIFICATES, root, CERTIFICATES, 0o644);
    mkdirSync(join(root, 'tmp'));
    chmodSync(join(root, 'tmp'), 0o1777);
    const stable = ['--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'];
    await command('tar', ['-C', root, '--format=ustar', ...stable, '-cf', file, '.']);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Debian's runc is linked with the machine's C library: the loader and each library under the path it is looked for at. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await command('ldd', [program]);
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

function place(source: string, root: string, path: string, mode: number): void {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  chmodSync(target, mode);
}
