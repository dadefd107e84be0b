// A stand-in for `moby/buildkit` on machines that reach no public registry: the
// same programs, compiled here, with the little around them that they need.
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureImage } from './base.mjs';
import { ensureProgram, VERSION } from './buildkit-programs.mjs';
import { command } from './command.mjs';
import { goReleaseOtherThan } from './go.mjs';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/**
 * `moby/buildkit:<the pinned release>`, so that it is found where a mirror of Docker Hub is asked for it.
 * @param {import('./registry.mjs').Registry} registry
 * @returns {Promise<import('./base.mjs').Base>}
 */
export async function ensureBuildkitImage(registry) {
  const go = await goReleaseOtherThan('');
  if (!go) throw new Error('The image of BuildKit needs Go. Install Go 1.26 or newer.');
  const programs = {
    buildkitd: await ensureProgram('buildkitd', go),
    buildctl: await ensureProgram('buildctl', go),
  };
  return ensureImage(recipe(go, programs), registry);
}

/** @returns {import('./base.mjs').Recipe} */
function recipe(go, programs) {
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

async function writeTar(file, epoch, { buildkitd, buildctl, runc }) {
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
async function librariesOf(program) {
  const { stdout } = await command('ldd', [program]);
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path]) => path);
}

function place(source, root, path, mode) {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  chmodSync(target, mode);
}
