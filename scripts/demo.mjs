// `npm run demo`: a real engine, a registry that asks for a login and a base image on this machine, then the job of
// `examples/train` from the spec to its metrics. Typed again it finds everything; a changed line is a new code layer.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDocker } from '../test/engine/docker/docker.ts';
import { ensureBase } from '../test/engine/images/base.ts';
import { startRegistry } from '../test/engine/registry/registry.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEMO = join(ROOT, '.demo');

const docker = await ensureDocker();
const registry = await startRegistry({ auth: 'basic', name: 'demo', detached: true });
await ensureBase(registry);

mkdirSync(DEMO, { recursive: true });
const defaults = join(DEMO, 'defaults.yml');
writeFileSync(defaults, `mirrors: { docker.io: "${registry.host}" }\n`);

const words = [
  'run',
  '-C',
  'examples/train',
  '--registry',
  `${registry.host}/demo/train`,
  '--defaults',
  '.demo/defaults.yml',
];
console.log(`\n$ jobimg ${words.join(' ')}`);
const job = spawnSync(process.execPath, [join(ROOT, 'dist/cli.js'), ...words, ...process.argv.slice(2)], {
  cwd: ROOT,
  env: { ...process.env, ...docker.env, ...registry.env },
  stdio: 'inherit',
});

if (job.status === 0) {
  console.log(
    '\nType it again: nothing has changed, so nothing is built. Then edit a line of examples/train/train.py.',
  );
  console.log('The engine and the registry stay up; `npm run engine -- down` stops them.');
}
process.exitCode = job.status ?? 1;
