import { chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg } from '../e2e/support/jobimg.ts';
import { type Parts, startParts } from '../e2e/support/parts.ts';
import { runStep } from '../e2e/support/runner.ts';
import { takenInTurn } from '../faults/sample.ts';
import { ATTACKS, type Attack, makeCheckout } from './checkouts.ts';
import { makePoison, type Poison } from './poison.ts';

let parts: Parts;
let poison: Poison;
/** Comes first in PATH: Git, and what Git would start, leave their file and end. */
let programs: string;
const made: string[] = [];

beforeAll(async () => {
  parts = await startParts({ name: 'poisoned', auth: 'none', bases: ['busybox'] });
});

afterAll(() => parts?.[Symbol.asyncDispose]());

beforeEach(async () => {
  poison = await makePoison();
  programs = await newFolder();
  for (const name of ['git', 'ssh', 'git-lfs', 'gpg']) {
    await writeFile(join(programs, name), poison.program(name), { mode: 0o755 });
  }
});

afterEach(async () => {
  await poison[Symbol.asyncDispose]();
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-attack-'));
  made.push(folder);
  return folder;
}

async function checkoutOf(attack: Attack): Promise<string> {
  const folder = await makeCheckout(attack, poison);
  made.push(folder);
  return folder;
}

/** What a user has, and before it programs that are not to be started. */
function withPrograms(): Record<string, string> {
  return { ...parts.env, PATH: [programs, process.env['PATH'] ?? ''].join(delimiter) };
}

function call(words: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const registry = words.includes('--registry') ? [] : ['--registry', 'none'];
  return jobimg([...words, ...registry, '--defaults', parts.defaults], { cwd, env });
}

/** Two at a time; there is an image to verify only after a build. */
const COMMANDS: readonly (readonly (readonly string[])[])[] = [
  [['check'], ['plan']],
  [['plan', '--offline'], ['explain']],
  [['lock'], ['run']],
  [['build'], ['verify']],
];

/** They end at a registry. */
const PUBLISHING = ['build', 'verify'];

const EVENTS = [
  { what: 'a push', event: {}, env: { GITHUB_EVENT_NAME: 'push' } },
  {
    what: 'a pull request from a fork, on a machine of our own',
    event: { pull_request: { head: { repo: { full_name: 'mallory/train' } } } },
    env: { GITHUB_EVENT_NAME: 'pull_request', RUNNER_ENVIRONMENT: 'self-hosted' },
  },
];

const CASES = ATTACKS.map((attack, index) => ({ name: attack.name, attack, index }));

/** `npm test` tries every repository, every command and every event, and `npm run attack` each with each. */
describe.each(CASES)('$name', ({ attack, index }) => {
  it('has no program started by any command', async () => {
    const folder = await checkoutOf(attack);

    const codes = new Map<string, number>();
    const registry = ['--registry', `${parts.registry.host}/acme/train`];
    for (const command of takenInTurn(COMMANDS, 2, index).flat()) {
      const words = PUBLISHING.includes(command[0] ?? '') ? [...command, ...registry] : command;
      codes.set(words.join(' '), (await call(words, folder, withPrograms())).code);
    }

    expect(await poison.started()).toEqual([]);
    expect([...codes].filter(([, code]) => code !== 0)).toEqual([]);
  });

  it('gives the Git of the machine nothing to start, in the checkout of another user as well', async () => {
    const folder = await checkoutOf(attack);

    const ours = await call(['plan', '--json'], folder, parts.env);
    if (process.getuid?.() === 0) await giveAway(folder);
    const theirs = await call(['plan', '--json'], folder, parts.env);

    expect(await poison.started()).toEqual([]);
    expect([ours.code, theirs.code]).toEqual([0, 0]);
    expect(theirs.stdout).toBe(ours.stdout);
  });

  it.each(takenInTurn(EVENTS, 1, index))(
    'has no program started by a step at $what',
    async ({ event, env }) => {
      const step = { workspace: await checkoutOf(attack), event, env: { ...withPrograms(), ...env } };
      const { defaults } = parts;

      const ended = await runStep({ ...step, inputs: { registry: 'none', defaults } });
      const locked = await runStep({ ...step, entry: 'lock.js', inputs: { check: 'true', defaults } });

      expect(await poison.started()).toEqual([]);
      // There is no lock to be current.
      expect([ended.code, locked.code]).toEqual([0, 1]);
    },
  );
});

async function giveAway(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true });
  for (const name of ['', ...names]) await chown(join(folder, name), NOBODY, NOBODY);
}

const NOBODY = 65_534;
