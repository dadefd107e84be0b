// Other registries than the usual one, without authentication: what is pushed
// with one client has to work with every server.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goReleaseOtherThan } from '../go/go.ts';
import { ensureGoProgram } from '../go/go-program.ts';
import { logFileOf, startDaemon, stopDaemon } from '../machine/daemon.ts';
import { daemonEnv } from '../machine/daemon-env.ts';
import { runDir } from '../machine/paths.ts';
import { freePort } from '../machine/port.ts';
import { say } from '../machine/say.ts';
import { ensureParts } from '../parts/parts.ts';
import { answers, configuration } from './registry.ts';

const READY_TIMEOUT_MS = 180_000;
const DISTRIBUTION = {
  module: 'github.com/distribution/distribution/v3',
  version: 'v3.1.2',
  name: 'registry',
  folder: 'distribution',
  ldflags: '-s -w',
};

export type Product = 'distribution 3' | 'crane';

export interface OtherRegistry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  readonly logFile: string;
  readonly stop: () => Promise<void>;
}

/** It keeps its images in `dir`, and ends with this process. Undefined where it cannot be compiled. */
export async function startOtherRegistry(product: Product, dir: string): Promise<OtherRegistry | undefined> {
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
    env: daemonEnv({ PATH: process.env['PATH'] ?? '', OTEL_TRACES_EXPORTER: 'none' }),
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

interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

async function programOf(product: Product, port: number, dir: string): Promise<Program | undefined> {
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
