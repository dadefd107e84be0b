// A stand-in for `docker/dockerfile` on machines that reach no public registry: the same program, compiled here.
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { goReleaseOtherThan } from '../go/go.ts';
import { type Base, ensureImage } from '../images/base.ts';
import { command } from '../machine/command.ts';
import type { Registry } from '../registry/registry.ts';
import { ensureProgram, VERSION } from './buildkit-programs.ts';

const PROGRAM = 'dockerfile-frontend';

/** `docker/dockerfile:<tag>`, newer than the frontend of the engine that the tests start. */
export async function ensureFrontendImage(registry: Registry, tag: string): Promise<Base> {
  const go = await goReleaseOtherThan('');
  if (!go) throw new Error('The image of the frontend needs Go. Install Go 1.26 or newer.');
  const program = await ensureProgram(PROGRAM, go);
  const recipe = {
    name: `frontend-${VERSION}-${go}-1`,
    repository: 'docker/dockerfile',
    tag,
    madeBy: `go build ./frontend/dockerfile/cmd/${PROGRAM} # stand-in for the official image`,
    // As the official image says it.
    config: {
      Entrypoint: [`/bin/${PROGRAM}`],
      Labels: {
        'moby.buildkit.frontend.network.none': 'true',
        'moby.buildkit.frontend.caps':
          'moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts',
      },
    },
    writeTar: (file: string, epoch: number) => writeTar(file, epoch, program),
  };
  return ensureImage(recipe, registry);
}

async function writeTar(file: string, epoch: number, program: string): Promise<void> {
  const root = mkdtempSync(join(dirname(file), 'frontend-'));
  try {
    copyFileSync(program, join(root, PROGRAM));
    chmodSync(join(root, PROGRAM), 0o755);
    const stable = ['--sort=name', `--mtime=@${epoch}`, '--owner=0', '--group=0', '--numeric-owner'];
    const placed = ['--transform', `s,^${PROGRAM}$,bin/${PROGRAM},`];
    await command('tar', ['-C', root, '--format=ustar', ...stable, ...placed, '-cf', file, PROGRAM]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
