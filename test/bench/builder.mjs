/** A builder with nothing in it, as a fresh runner has: its cache is emptied before each build. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answers, buildkitdConfig, ensureBuildkitd } from '../engine/buildkit/buildkitd.ts';
import { findDaemon, startDaemon, stopDaemon } from '../engine/machine/daemon.ts';
import { daemonEnv } from '../engine/machine/daemon-env.ts';
import { unmountIn } from '../engine/machine/mounts.ts';
import { ensureParts } from '../engine/parts/parts.ts';
import { run } from './ground.mjs';

/** @type {Promise<ColdBuilder> | undefined} */
let made;

/**
 * @typedef {object} ColdBuilder
 * @property {string} name for `--builder`
 * @property {() => void} empty
 */

/** One for all benchmarks of this process. @returns {Promise<ColdBuilder>} */
export function coldBuilder(ground) {
  made ??= makeBuilder(ground);
  return made;
}

async function makeBuilder({ work, env, ends }) {
  const second = await ensureBuildkitd();
  if (second === undefined)
    throw new Error('a cold builder needs a second BuildKit, which needs Go to be compiled');
  const name = `jobimg-bench-${process.pid}`;
  const daemon = `buildkitd-bench-${process.pid}`;
  const root = join(work, 'buildkit');
  const socket = join(work, 'buildkitd.sock');
  mkdirSync(root);
  writeFileSync(join(work, 'buildkitd.toml'), buildkitdConfig(root, socket));
  await startDaemon({
    name: daemon,
    file: findDaemon('buildkitd').facts.file,
    args: ['--config', join(work, 'buildkitd.toml')],
    env: daemonEnv({ PATH: (await ensureParts()).path }),
    detached: false,
    ready: () => answers(socket),
    timeoutMs: 30_000,
  });
  run('docker', ['buildx', 'create', '--name', name, '--driver', 'remote', `unix://${socket}`], { env });
  ends.push(async () => {
    run('docker', ['buildx', 'rm', '--keep-daemon', name], { env });
    await stopDaemon(daemon);
    await unmountIn([root]);
  });
  return {
    name,
    empty: () => run('docker', ['buildx', 'prune', '--builder', name, '--all', '--force'], { env }),
  };
}
