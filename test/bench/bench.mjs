/**
 * `npm run bench [-- name…] [--json file] [--dist folder] [--build-push-action file]`: what was promised of speed, memory and requests, measured
 * side by side in one run with what a user would write today, against real parts and from `dist`.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { layGround } from './ground.mjs';
import { printHead, printRow } from './table.mjs';

/** Each gives its rows one by one; in the order in which they run. */
const BENCHES = {
  start: () => import('./measures/start.mjs'),
  'build-push-action': () => import('./measures/build-push-action.mjs'),
  'no-change': () => import('./measures/no-change.mjs'),
  'one-file': () => import('./measures/one-file.mjs'),
  'first-build': () => import('./measures/first-build.mjs'),
  'own-builder': () => import('./measures/own-builder.mjs'),
  fit: () => import('./measures/fit.mjs'),
  ids: () => import('./measures/ids.mjs'),
  memory: () => import('./measures/memory.mjs'),
  growth: () => import('./measures/growth.mjs'),
  dispatch: () => import('./measures/dispatch.mjs'),
  'cluster-dispatch': () => import('./measures/cluster-dispatch.mjs'),
  'cluster-runs': () => import('./measures/cluster-runs.mjs'),
  log: () => import('./measures/log.mjs'),
  hostile: () => import('./measures/hostile.mjs'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    dist: { type: 'string' },
    'build-push-action': { type: 'string' },
  },
});
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(
    `no benchmark is called ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`,
  );
  process.exit(2);
}

const dist = values.dist ?? fileURLToPath(new URL('../../dist', import.meta.url));
const bundle = values['build-push-action'];
const ground = { ...(await layGround(resolve(dist))), bundle: bundle && resolve(bundle) };
const machine = `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
console.log(`${machine}; medians of rounds in which all take turns`);
printHead();

const rows = [];
try {
  for (const name of names) {
    const { measure } = await BENCHES[name]();
    for await (const row of measure(ground)) {
      rows.push({ bench: name, ...row });
      printRow(row);
    }
  }
} finally {
  for (const end of ground.ends) await end();
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
}
// The registry of this run ends with the process; its open pipes must not keep it.
process.exit(rows.every(({ ok }) => ok) ? 0 : 1);
