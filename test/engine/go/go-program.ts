// A program of a Go module, compiled once for each release of it and of Go.
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { withLock } from '../machine/lock.ts';
import { cacheDir } from '../machine/paths.ts';
import { say } from '../machine/say.ts';
import { goEnv } from './go.ts';

// What Go fetched and compiled stays in its own caches, so that a run that was ended goes on from there.
const SILENCE_MS = 15 * 60_000;

export interface GoProgram {
  readonly module: string;
  /** `v1.2.3` */
  readonly version: string;
  readonly name: string;
  /** Of the module; `cmd/<name>` when not said. */
  readonly package?: string;
  /** Of the cache. */
  readonly folder: string;
  readonly ldflags: string;
}

/** The file; `go` is the release that compiles it. */
export async function ensureGoProgram(program: GoProgram, go: string): Promise<string> {
  const { version, name, folder } = program;
  const file = join(cacheDir(folder, `${version}-${go}`), name);
  if (existsSync(file)) return file;
  return withLock(`compile-${name}`, async () => {
    if (!existsSync(file)) await compile(program, file, go);
    return file;
  });
}

/**
 * In the module's own folder, because `go install <module>@<version>` refuses a
 * module with exclude directives.
 */
async function compile(program: GoProgram, file: string, go: string): Promise<void> {
  const { version, name, folder, ldflags, package: path = `cmd/${name}` } = program;
  say(`compiling ${name} ${version} with ${go} (minutes, once)`);
  const env = await goEnv(go);
  const source = await download(program, env);
  const temporary = mkdtempSync(join(cacheDir(folder), 'tmp-'));
  try {
    const out = join(temporary, name);
    // Verbose, so that it names each package that it has compiled.
    const flags = ['-v', '-trimpath', '-buildvcs=false', '-ldflags', ldflags];
    const options = { env, cwd: source, silenceMs: SILENCE_MS };
    await command('go', ['build', ...flags, '-o', out, `./${path}`], options);
    renameSync(out, file);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The module's folder. `-x` writes each request to stderr. */
async function download({ module, version }: GoProgram, env: NodeJS.ProcessEnv): Promise<string> {
  const options = { env, cwd: '/', silenceMs: SILENCE_MS };
  const words = ['mod', 'download', '-x', '-json', `${module}@${version}`];
  const { Dir }: { readonly Dir: string } = JSON.parse((await command('go', words, options)).stdout);
  return Dir;
}
