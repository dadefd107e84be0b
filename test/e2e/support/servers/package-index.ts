import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../engine/machine/command.ts';
import { startServer } from './server.ts';

/** A package of this test's own, which no public index has. */
export const PACKAGE = 'jobimg-private-sauce';
export const MODULE = 'jobimg_private_sauce';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface PackageIndex {
  /** Of its simple API, without credentials. */
  readonly url: string;
  readonly host: string;
  /** The wheel that it has. */
  readonly wheel: { readonly name: string; readonly sha256: string; readonly size: number };
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real index server on loopback that gives nothing without a login: https://pypi.org/project/pypiserver/ */
export async function startPackageIndex(logins: readonly Login[]): Promise<PackageIndex> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-index-'));
  const python = join(folder, 'venv', 'bin', 'python');
  await command('python3', ['-m', 'venv', join(folder, 'venv')], { timeoutMs: 600_000 });
  await command(python, ['-m', 'pip', 'install', '--quiet', 'pypiserver==2.4.2', 'passlib==1.7.4'], {
    timeoutMs: 600_000,
  });
  const packages = join(folder, 'packages');
  await buildWheel(python, join(folder, 'source'), packages);
  const [name = ''] = await readdir(packages);
  const bytes = await readFile(join(packages, name));
  await writeFile(join(folder, 'htpasswd'), logins.map(htpasswdLine).join(''));

  const server = await startServer((port) => ({
    file: python,
    args: [
      ...['-m', 'pypiserver', 'run', '--interface', '127.0.0.1', '--port', String(port)],
      ...['--passwords', join(folder, 'htpasswd'), '--authenticate', 'list,download,update', packages],
    ],
  }));
  return {
    url: `http://127.0.0.1:${server.port}/simple/`,
    host: `127.0.0.1:${server.port}`,
    wheel: { name, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };

  async function buildWheel(program: string, source: string, to: string): Promise<void> {
    await mkdir(source, { recursive: true });
    await writeFile(
      join(source, 'pyproject.toml'),
      `[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "${PACKAGE}"\nversion = "1.0"\n[tool.setuptools]\npy-modules = ["${MODULE}"]\n`,
    );
    await writeFile(join(source, `${MODULE}.py`), "TASTE = 'secret sauce'\n");
    await command(program, ['-m', 'pip', 'wheel', '--quiet', '--no-deps', '--wheel-dir', to, source], {
      timeoutMs: 600_000,
    });
  }
}

function htpasswdLine({ user, password }: Login): string {
  return `${user}:{SHA}${createHash('sha1').update(password).digest('base64')}\n`;
}
