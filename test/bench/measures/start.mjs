/** From `node dist/action.js` to a validated spec, beside `node -e 0`, and what of `dist` is loaded for it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureNode24 } from '../../engine/machine/node24.ts';
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
  const action = (node, more = {}) =>
    run(node, [join(ground.dist, 'action.js')], {
      env: { ...env, ...more },
      cwd: workspace,
      expected: 1,
    });

  const { stdout } = action(process.execPath);
  if (!stdout.includes('metrics-file')) throw new Error(`the action did not come to the spec:\n${stdout}`);
  const post = (node) => run(node, [join(ground.dist, 'post.js')], { env, cwd: workspace }).ms;
  for (const node of new Set([process.execPath, await ensureNode24()])) {
    const version = run(node, ['--version'], { env }).stdout.trim();
    const times = await takeTurns(
      {
        first: () => action(node, { NODE_DISABLE_COMPILE_CACHE: '1' }).ms,
        again: () => action(node).ms,
        post: () => post(node),
        bare: () => run(node, ['-e', '0'], { env }).ms,
      },
      // A bound in milliseconds, not beside anything: what the machine's other work adds is in neither.
      { rounds: 15, pick: (all) => Math.min(...all) },
    );
    for (const [name, time] of [
      ['start of the action, beyond `node -e 0`', times.first],
      ['the same with compiled code of an earlier one', times.again],
      ['post program with nothing to do, beyond it', times.post],
    ]) {
      yield atMost(`${name}, ${version}`, time - times.bare, 80, 'ms');
    }
  }

  yield await besideEndedRuns(ground, (more) => action(process.execPath, more).ms);

  for (const [name, start, bound] of [
    ['start of the action', (more) => action(process.execPath, more), 400],
    [
      'post program',
      (more) =>
        run(process.execPath, [join(ground.dist, 'post.js')], { env: { ...env, ...more }, cwd: workspace }),
      100,
    ],
  ]) {
    const coverage = mkdtempSync(join(ground.work, 'coverage-'));
    start({ NODE_V8_COVERAGE: coverage });
    const bytes = loadedFrom(coverage, ground.dist).reduce((sum, file) => sum + statSync(file).size, 0);
    yield atMost(`${name}, JavaScript loaded`, bytes / 1000, bound, 'kB');
  }
}

/** What a machine keeps of runs that have ended must not be read by a step that starts none. */
async function besideEndedRuns(ground, start) {
  const state = join(ground.work, 'full-state');
  const runs = join(state, 'runs');
  mkdirSync(runs, { recursive: true });
  for (let run = 0; run < 1_000; run += 1) {
    mkdirSync(join(runs, `2026-12-01T0000Z-train-${run}`));
    writeFileSync(join(runs, `train-${run}.ended.json`), '{}');
  }
  const times = await takeTurns(
    { full: () => start({ JOBIMG_STATE: state }), empty: () => start({}) },
    { rounds: 9, pick: (all) => Math.min(...all) },
  );
  return atMost('the same on a machine with 1,000 ended runs, beyond it', times.full - times.empty, 20, 'ms');
}

/** V8 names in its coverage every script that it compiled. */
function loadedFrom(coverage, dist) {
  const reports = readdirSync(coverage).map((name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')));
  const urls = reports.flatMap(({ result }) => result.map(({ url }) => url));
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  return [...new Set(files)].filter((file) => file.startsWith(dist));
}
