// Other registries than the usual one, without authentication: what is pushed
// with one client has to work with every server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logFileOf, startDaemon, stopDaemon } from './daemon.mjs';
import { daemonEnv } from './daemon-env.mjs';
import { goReleaseOtherThan } from './go.mjs';
import { ensureGoProgram } from './go-program.mjs';
import { ensureParts } from './parts.mjs';
import { runDir } from './paths.mjs';
import { freePort } from './port.mjs';
import { answers, configuration } from './registry.mjs';
import { say } from './say.mjs';

const READY_TIMEOUT_MS = 20_000;
const DISTRIBUTION = {
  module: 'github.com/distribution/distribution/v3',
  version: 'v3.1.2',
  name: 'registry',
  folder: 'distribution',
  ldflags: '-s -w',
};

/**
 * @typedef {'distribution 3' | 'crane'} Product
 *
 * @typedef {object} OtherRegistry
 * @property {string} host `127.0.0.1:<port>`
 * @property {string} logFile
 * @property {() => Promise<void>} stop
 */

/**
 * It ends with this process.
 * @param {Product} product
 * @param {string} dir where the images are
 * @returns {Promise<OtherRegistry | undefined>} undefined where it cannot be compiled
 */
export async function startOtherRegistry(product, dir) {
  const port = await freePort();
  mkdirSync(dir, { recursive: true });
  const program = await programOf(product, port, dir);
  if (program === undefined) {
    say(`no ${product}: there is no Go on this machine to compile it with`);
    return undefined;
  }
  const name = `registry-${product.replace(' ', '-')}-${port}`;
  await startDaemon({
    ...program,
    name,
    env: daemonEnv({ PATH: process.env.PATH ?? '', OTEL_TRACES_EXPORTER: 'none' }),
    facts: { port, dir },
    detached: false,
    ready: () => answers(port),
    timeoutMs: READY_TIMEOUT_MS,
  });
  say(`${product} answers on 127.0.0.1:${port}`);
  return {
    host: `127.0.0.1:${port}`,
    logFile: logFileOf(name),
    stop: async () => void (await stopDaemon(name, READY_TIMEOUT_MS)),
  };
}

/** @returns {Promise<{ file: string, args: string[] } | undefined>} */
async function programOf(product, port, dir) {
  if (product === 'crane') {
    const file = join((await ensureParts()).prefix, 'usr/bin/crane');
    return { file, args: ['registry', 'serve', '--address', `127.0.0.1:${port}`, '--disk', dir] };
  }
  const go = await goReleaseOtherThan('');
  if (!go) return undefined;
  const file = await ensureGoProgram(DISTRIBUTION, go);
  const config = join(runDir('registry', 'distribution-3'), `${port}.yml`);
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configuration(port, dir), null, 2));
  return { file, args: ['serve', config] };
}
