/** From `node dist/action.js` to a validated spec, beside `node -e 0`, and what of `dist` is loaded for it. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../ground.mjs';
import { takeTurns } from '../rounds.mjs';
import { atMost } from '../table.mjs';

/** Not valid at its end, so that the whole of it is validated and nothing follows. */
const SPEC = `image: { base: "python:3.13-slim-bookworm", requirements: requirements.txt, apt: [git] }
params: { lr: 0.1, epochs: 3 }
run: python train.py --lr {{ lr }} --epochs {{ epochs }}
timeout: 10m
outputs: [outputs/]
metrics-file: x
`;

export async function* measure(ground) {
  const workspace = join(ground.work, 'start');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'jobimg.yml'), SPEC);
  const env = {
    ...ground.env,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: ground.work,
  };
  const action = (more) =>
    run(process.execPath, [join(ground.dist, 'action.js')], {
      env: { ...env, ...more },
      cwd: workspace,
      expected: 1,
    });

  const { stdout } = action({});
  if (!stdout.includes('metrics-file')) throw new Error(`the action did not come to the spec:\n${stdout}`);
  const { ours, bare } = await takeTurns(
    { ours: () => action({}).ms, bare: () => run(process.execPath, ['-e', '0'], { env }).ms },
    // A bound in milliseconds, not beside anything: what the machine's other work adds is in neither.
    { rounds: 15, pick: (times) => Math.min(...times) },
  );
  yield atMost('start of the action, beyond `node -e 0`', ours - bare, 150, 'ms');

  const coverage = join(ground.work, 'coverage');
  action({ NODE_V8_COVERAGE: coverage });
  const bytes = loadedFrom(coverage, ground.dist).reduce((sum, file) => sum + statSync(file).size, 0);
  yield atMost('start of the action, JavaScript loaded', bytes / 1000, 1000, 'kB');
}

/** V8 names in its coverage every script that it compiled. */
function loadedFrom(coverage, dist) {
  const reports = readdirSync(coverage).map((name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')));
  const urls = reports.flatMap(({ result }) => result.map(({ url }) => url));
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  return [...new Set(files)].filter((file) => file.startsWith(dist));
}
