/** Steps of a workflow as the runner starts them: the main program, then the post program with what the main one saved. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './ground.mjs';

/**
 * @typedef {object} Step
 * @property {string} node
 * @property {string} main
 * @property {string} post
 * @property {string} folder of the repository
 * @property {Record<string, string>} inputs
 */

/** @param {Step} step @returns {{ main: number, post: number }} milliseconds of each program */
export function runStep(ground, { node, main, post, folder, inputs }) {
  const files = join(ground.work, 'step');
  rmSync(files, { recursive: true, force: true });
  mkdirSync(join(files, 'temp'), { recursive: true });
  for (const name of ['state', 'output', 'env', 'path', 'summary']) writeFileSync(join(files, name), '');
  writeFileSync(join(files, 'event.json'), '{}');
  const env = { ...ground.env, ...environmentOf(files, folder), ...inputsOf(inputs) };
  const first = run(node, [main], { env, cwd: folder });
  const second = run(node, [post], { env: { ...env, ...stateIn(join(files, 'state')) }, cwd: folder });
  return { main: first.ms, post: second.ms };
}

function environmentOf(files, folder) {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'bench',
    GITHUB_ENV: join(files, 'env'),
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: join(files, 'event.json'),
    GITHUB_JOB: 'bench',
    GITHUB_OUTPUT: join(files, 'output'),
    GITHUB_PATH: join(files, 'path'),
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'acme/bench',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0'.repeat(40),
    GITHUB_STATE: join(files, 'state'),
    GITHUB_STEP_SUMMARY: join(files, 'summary'),
    GITHUB_WORKSPACE: folder,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: join(files, 'temp'),
  };
}

function inputsOf(inputs) {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

/** `name<<end`, the value, `end`: as `@actions/core` writes it. */
function stateIn(file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const saved = [...text.matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n?\2$/gm)];
  return Object.fromEntries(saved.map(([, name, , value]) => [`STATE_${name}`, value]));
}
