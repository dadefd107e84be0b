// `npm run kubernetes -- compile`: half an hour of one CPU, once for each change of the sources.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goEnv } from '../../../scripts/engine/go.mjs';
import { withLock } from '../../../scripts/engine/lock.mjs';
import { cacheDir } from '../../../scripts/engine/paths.mjs';
import { say } from '../../../scripts/engine/say.mjs';
import { writePauseImage } from './pause-image.ts';
import {
  findPrograms,
  folderFor,
  goRelease,
  missingFile,
  type Programs,
  programsIn,
  SOURCES,
} from './programs.ts';

const LIMIT_MS = 40 * 60_000;
const OUTPUT_BYTES = 64 * 1024 * 1024;
const TAIL_LENGTH = 2000;
const FLAGS = ['-trimpath', '-buildvcs=false'];

/** What the machine lacks, which is no fault of the sources. */
class Unavailable extends Error {}

/** Undefined, with the reason said and kept, where this machine cannot have them. */
export async function compilePrograms(): Promise<Programs | undefined> {
  const found = await findPrograms();
  if (found) return found;
  try {
    return await withLock(
      'compile-kubernetes',
      async () => (await findPrograms()) ?? (await compile()),
      LIMIT_MS,
    );
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    writeFileSync(missingFile(), `${error.message}\n`);
    say(error.message);
    return undefined;
  }
}

async function compile(): Promise<Programs> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Unavailable('Kubernetes is not compiled: the cluster needs Linux, and root');
  }
  const go = await goRelease();
  if (go === undefined) throw new Unavailable('Kubernetes is not compiled: there is no Go on this machine');
  say(`compiling Kubernetes with ${go} (half an hour of one CPU, once)`);
  const cache = process.env['JOBIMG_KUBERNETES_GOCACHE'];
  const builder = new Builder({ ...(await envOf(go)), GOCACHE: cache || cacheDir('kubernetes-gocache') });
  const temporary = mkdtempSync(join(cacheDir('kubernetes'), 'tmp-'));
  const programs = programsIn(temporary);
  try {
    await builder.download('.');
    await builder.download('plugins');
    await builder.build('plugins', 'tool', `${temporary}/`, '-s -w');
    await builder.build('.', './pause', programs.pause, '-s -w');
    await builder.build('.', '.', programs.kubernetes, `-s -w${stamps()}`);
    await writePauseImage(programs.pause, programs.pauseImage);
    renameSync(temporary, folderFor(go));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  // Kept after a failure: the next try goes on from there.
  if (!cache) rmSync(cacheDir('kubernetes-gocache'), { recursive: true, force: true });
  rmSync(missingFile(), { force: true });
  return programsIn(folderFor(go));
}

async function envOf(go: string): Promise<NodeJS.ProcessEnv> {
  try {
    return await goEnv(go);
  } catch (error) {
    throw new Unavailable(`Kubernetes is not compiled: ${go} cannot be had: ${(error as Error).message}`);
  }
}

class Builder {
  readonly #env: NodeJS.ProcessEnv;
  readonly #deadline = Date.now() + LIMIT_MS;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  async download(folder: string): Promise<void> {
    const failure = await this.#go(folder, ['list', '-deps', folder === '.' ? '.' : 'tool']);
    if (failure) {
      throw new Unavailable(
        `Kubernetes is not compiled: its modules cannot be had: ${failure.split('\n')[0]}`,
      );
    }
  }

  async build(folder: string, packages: string, out: string, ldflags: string): Promise<void> {
    const failure = await this.#go(folder, ['build', ...FLAGS, '-ldflags', ldflags, '-o', out, packages]);
    if (failure) throw new Error(`go build of ${packages} in ${join(SOURCES, folder)} failed: ${failure}`);
  }

  /** What it said when it failed; empty otherwise. */
  async #go(folder: string, args: readonly string[]): Promise<string> {
    const options = {
      cwd: join(SOURCES, folder),
      env: this.#env,
      maxBuffer: OUTPUT_BYTES,
      timeout: Math.max(this.#deadline - Date.now(), 1),
      // Go removes its temporary files on this one.
      killSignal: 'SIGINT',
    } as const;
    const [error, stderr] = await new Promise<[Error | null, string]>((resolve) => {
      execFile('go', args, options, (error, _stdout, stderr) => resolve([error, stderr]));
    });
    if (Date.now() >= this.#deadline) {
      throw new Unavailable(`Kubernetes is not compiled: it took more than ${LIMIT_MS / 60_000} minutes`);
    }
    const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('go: downloading '));
    return error ? lines.join('\n').slice(-TAIL_LENGTH) || error.message : '';
  }
}

/** Clients read the version of a server, which is else that of a developer's build. */
function stamps(): string {
  const mod = readFileSync(join(SOURCES, 'go.mod'), 'utf8');
  const [, version, minor] = /k8s\.io\/kubernetes v(1\.(\d+)\.\d+)/.exec(mod) ?? [];
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const values = { gitVersion: `v${version}`, gitMajor: '1', gitMinor: minor };
  return packages
    .flatMap((path) => Object.entries(values).map(([name, value]) => ` -X ${path}.${name}=${value}`))
    .join('');
}
