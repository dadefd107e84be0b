/**
 * What every figure stands on, all of it real: an engine, a registry that asks for a token, a base image in it, and
 * a builder of its own whose cache can be emptied. All of it ends with this process.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDocker } from '../engine/docker/docker.ts';
import { ensureBase } from '../engine/images/base.ts';
import { startRegistry } from '../engine/registry/registry.ts';

/**
 * @typedef {object} Ground
 * @property {string} work a folder that is removed at the end
 * @property {string} dist
 * @property {NodeJS.ProcessEnv} env for docker and for jobimg: the engine, the login
 * @property {import('../engine/registry/registry.ts').Registry} registry
 * @property {import('../engine/images/base.ts').Base} base
 * @property {string} defaults a file that sends Docker Hub's names to the registry
 * @property {string[]} secrets what a step needs to reach the package index from here, in buildx's own syntax
 * @property {(() => Promise<void>)[]} ends what to do at the end, before the folder is removed
 * @property {string | undefined} [bundle] of docker/build-push-action
 * @property {string} mark makes what is built in this run new to every cache
 */

/** @returns {Promise<Ground>} */
export async function layGround(dist) {
  if (!existsSync(join(dist, 'cli.js'))) throw new Error(`there is no ${dist}: type "npm run build" first`);
  const work = mkdtempSync(join(tmpdir(), 'jobimg-bench-'));
  process.on('exit', () => rmSync(work, { recursive: true, force: true }));
  const docker = await ensureDocker();
  const registry = await startRegistry({ auth: 'token', name: `bench-${process.pid}` });
  const base = await ensureBase(registry);
  const defaults = join(work, 'defaults.yml');
  writeFileSync(defaults, `mirrors: { docker.io: "${registry.host}" }\n`);
  // What earlier calls have left on this machine would be part of each figure.
  const state = { JOBIMG_STATE: join(work, 'state') };
  const env = { ...process.env, ...docker.env, ...registry.env, ...state };
  return {
    work,
    dist,
    env,
    registry,
    base,
    defaults,
    secrets: secretsOf(work),
    mark: String(Date.now()),
    ends: [],
  };
}

/** The same machine facts that jobimg hands to its steps, so that a build by hand reaches the index as well. */
function secretsOf(work) {
  const bundle = process.env.PIP_CERT ?? process.env.SSL_CERT_FILE;
  const certificates = join(work, 'ca.pem');
  writeFileSync(certificates, bundle === undefined ? '' : readFileSync(bundle));
  const index = process.env.PIP_INDEX_URL;
  const pip = join(work, 'pip.conf');
  writeFileSync(pip, index === undefined ? '' : `[global]\nindex-url = ${index}\n`);
  return ['--secret', `id=jobimg.ca,src=${certificates}`, '--secret', `id=jobimg.pip,src=${pip}`];
}

/**
 * Ends with the output of the program; anything but `expected` as its exit code ends the bench.
 * @returns {{ ms: number, stdout: string, stderr: string }}
 */
export function run(command, args, { env, cwd, input, expected = 0 } = {}) {
  const started = performance.now();
  const child = spawnSync(command, args, { env, cwd, input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  const ms = performance.now() - started;
  if (child.error) throw child.error;
  if (child.status !== expected) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${child.status}:\n${child.stdout}${child.stderr}`,
    );
  }
  return { ms, stdout: child.stdout, stderr: child.stderr };
}

/** `jobimg …` from `dist`, as a process of its own. */
export function jobimg({ dist, env, defaults }, words, options = {}) {
  return run(process.execPath, [join(dist, 'cli.js'), ...words, '--defaults', defaults], { env, ...options });
}

/** Requests that the registry answered with anything but "show me a token first". */
export function requestsOf({ registry }) {
  const lines = readFileSync(registry.logFile, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const request = /"([A-Z]+) (\/v2\/\S*) HTTP\/[\d.]+" (\d{3})/.exec(line);
    return request === null || request[3] === '401' ? [] : [`${request[1]} ${request[2]} ${request[3]}`];
  });
}

/** A `docker` that stands before the real one in PATH and keeps a list of its calls. */
export function watchDocker({ work, env }) {
  const folder = join(work, 'watched');
  const calls = join(work, 'docker-calls');
  mkdirSync(folder, { recursive: true });
  const real = run('sh', ['-c', 'command -v docker'], { env }).stdout.trim();
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\necho "$@" >> '${calls}'\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  return {
    env: { ...env, PATH: `${folder}:${env.PATH}` },
    calls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []),
  };
}
