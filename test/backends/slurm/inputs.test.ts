import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bringInputs, refuseInputs } from '../../../src/backends/slurm/data/inputs.ts';
import { removeScript } from '../../../src/backends/slurm/script/ask.ts';
import { runScript } from '../../../src/backends/slurm/script/job.ts';
import { createShell, ScriptError, type Shell } from '../../../src/backends/slurm/shell.ts';
import type { Site } from '../../../src/backends/slurm/site.ts';
import { archiveOf } from '../../../src/download/archive.ts';
import { Findings } from '../../../src/findings.ts';
import { NoAnswer } from '../../../src/io/polled/passing.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { fakeClock } from '../../fakes/clock.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const COMMAND = { kind: 'arguments', words: ['true'] } as const;
const NAME = 'jobimg-test';
const INPUTS = [
  { name: 'train', from: { path: 'a' }, folder: '/inputs/train', file: 'a.csv' },
  { name: 'more', from: { path: 'a' }, folder: '/inputs/more', file: 'b/c' },
] as const;

const plan = (changes: Partial<RunPlan> = {}): RunPlan =>
  runPlan(IMAGE, COMMAND, { inputs: INPUTS, ...changes });

describe('inputs of a run on a cluster of Slurm', () => {
  let root: string;
  let runs: string;
  let said: string[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-inputs-'));
    runs = join(root, 'runs');
    said = [];
    writeFileSync(join(root, 'a.csv'), 'one\n');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function site(changes: Partial<Shell> = {}): Site {
    const files = INPUTS.map(({ file, folder }) => ({
      path: join(root, 'a.csv'),
      size: 4,
      target: `${folder}/${file}`,
    }));
    return {
      shell: { ...createShell(undefined, process.env), ...changes },
      settings: { folder: runs, container: 'docker', setup: ['cat >/dev/null # reads what is not for it'] },
      clock: fakeClock(),
      secrets: new Map(),
      pullLogin: async () => undefined,
      inputs: async () => [
        () =>
          archiveOf(
            files,
            INPUTS.map(({ folder }) => folder),
          ),
      ],
      progress: (line) => void said.push(line),
    };
  }

  const bring = (at: Site, run = plan()) => bringInputs(run, NAME, at, undefined);

  it('are copied there whole, for every user of a container to read', async () => {
    const token = await bring(site());

    const brought = join(runs, `.new-inputs-${token}-${NAME}`);
    expect(readdirSync(brought).sort()).toEqual(['0', '1', 'last']);
    expect(readFileSync(join(brought, '0/a.csv'), 'utf8')).toBe('one\n');
    expect(readFileSync(join(brought, '1/b/c'), 'utf8')).toBe('one\n');
    expect(statSync(join(brought, '1/b')).mode & 0o777).toBe(0o777);
    expect(statSync(join(brought, '1/b/c')).mode & 0o777).toBe(0o666);
  });

  it('are copied again after a connection that was lost, which leaves nothing behind', async () => {
    const { send } = createShell(undefined, process.env);
    let calls = 0;
    const cut: Shell['send'] = async (script, bytes, signal) => {
      calls += 1;
      if (calls > 1) return await send(script, bytes, signal);
      await expect(send(script, firstOf(bytes, 600), signal)).rejects.toThrow(ScriptError);
      expect(readdirSync(runs)).toEqual([]);
      throw new NoAnswer('ssh: the connection was lost');
    };

    const token = await bring(site({ send: cut }));

    expect(readdirSync(runs)).toEqual([`.new-inputs-${token}-${NAME}`]);
    expect(said.join('\n')).toContain('ssh: the connection was lost');
  });

  it('that have no room there end the run with what tar says, before anything is submitted', async () => {
    const full = async () => Promise.reject(new ScriptError('tar: a.csv: No space left on device'));

    await expect(bring(site({ send: full }))).rejects.toThrow(
      /the inputs could not be copied to the cluster: .*No space left on device/,
    );
  });

  it('are not copied to a run that is there already', async () => {
    const there = site({ run: async () => Buffer.from('there=yes\n') });

    expect(await bring(there)).toBeUndefined();
    expect(existsSync(runs)).toBe(false);
  });

  it('go with what is left of their run, and with that alone', async () => {
    const at = site();
    await bring(at);
    await bringInputs(plan(), `${NAME}-2`, at, undefined);

    await at.shell.run(removeScript(at.settings, NAME));

    expect(readdirSync(runs)).toEqual([expect.stringMatching(/^\.new-inputs-\w{8}-jobimg-test-2$/)]);
  });

  it.each([
    ['docker', '--mount type=bind,source="$r/inputs/1",target=/inputs/more,readonly'],
    ['apptainer', '--bind "$r/inputs/1":/inputs/more:ro'],
  ] as const)('are given to the container for reading, with %s', (container, words) => {
    expect(runScript(plan(), NAME, { container, setup: [] })).toContain(words);
  });

  it.each([
    [{ workdir: '/inputs/train/here' }, '"/inputs/train/here" is in "/inputs/train"'],
    [{ workdir: '/inputs', outputs: ['more/'] }, '"/inputs/more" is in "/inputs/more"'],
    [{ inputs: [{ ...INPUTS[0], folder: '/inputs/a:b' }] }, 'has a comma, a colon or a quote'],
  ])('are refused where they cannot be had so: %j', (changes, message) => {
    const findings = new Findings();

    refuseInputs({ run: plan(changes), origins: new Map() }, findings);

    expect(findings.all).toEqual([expect.objectContaining({ message: expect.stringContaining(message) })]);
  });
});

/** As much of a stream as went through before it was cut. */
async function* firstOf(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of bytes) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
