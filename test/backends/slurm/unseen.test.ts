import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptError } from '../../../src/backends/slurm/shell.ts';
import { UserError } from '../../../src/errors.ts';
import { NoAnswer } from '../../../src/io/polled/passing.ts';
import { outcomeOf } from '../contract.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';
import { type ClusterShell, HANDLE, NAME, startClusterShell } from './cluster-shell.ts';

const NEVER = new AbortController().signal;
const COMMAND = { kind: 'arguments', words: ['true'] } as const;
const CANNOT_BE_READ = 'Too many levels of symbolic links';

describe('a run whose folder is not seen', () => {
  let cluster: ClusterShell;
  let folder: string;
  beforeEach(() => {
    cluster = startClusterShell();
    folder = join(cluster.root, 'runs', NAME);
    cluster.write(`${NAME}/started`, '1');
    cluster.command('squeue', 'echo "RUNNING|None"');
  });
  afterEach(() => cluster.close());

  function end(): void {
    cluster.write(`${NAME}/exit`, '0');
  }

  it.each([
    ['it', () => folder],
    ['the folder of all runs', () => join(folder, '..')],
  ])('goes on where a machine lacks %s for a while', async (_, whatOf) => {
    const what = whatOf();
    cluster.before = (scripts) => {
      if (scripts === 1) renameSync(what, `${what}.away`);
      if (scripts === 3) renameSync(`${what}.away`, what);
      if (scripts === 4) end();
    };

    expect((await outcomeOf(cluster.backend.follow(HANDLE, NEVER))).verdict.reason).toBe('succeeded');
  });

  it.each([
    ['the login node starts no process', new ScriptError('sh: 0: Cannot fork')],
    ['a ticket has expired', new UserError('nobody is let in', { kind: 'unavailable', code: 'slurm' })],
  ])('goes on while %s', async (_, error) => {
    cluster.before = (scripts) => {
      if (scripts === 1 || scripts === 2) throw error;
      if (scripts === 3) end();
    };

    expect((await outcomeOf(cluster.backend.follow(HANDLE, NEVER))).verdict.reason).toBe('succeeded');
  });

  it('is left alone where what went wrong stays so', async () => {
    cluster.before = (scripts) => {
      if (scripts > 0) throw new ScriptError('sh: 0: Cannot fork');
    };

    expect((await outcomeOf(cluster.backend.follow(HANDLE, NEVER))).verdict).toMatchObject({
      reason: 'lost-contact',
      detail: expect.stringContaining('Cannot fork'),
    });
  });

  it('is cancelled when it stays away', async () => {
    cluster.before = (scripts) => {
      if (scripts === 1) rmSync(folder, { recursive: true });
    };

    expect((await outcomeOf(cluster.backend.follow(HANDLE, NEVER))).verdict.reason).toBe('cancelled');
  });

  it('is not taken for another where it cannot be read', async () => {
    rmSync(folder, { recursive: true });
    symlinkSync(NAME, folder);

    await expect(cluster.backend.look(HANDLE, [])).rejects.toThrow(NoAnswer);
    await expect(cluster.backend.look(HANDLE, [])).rejects.toThrow(CANNOT_BE_READ);
  });

  it('does not lose its outputs without a word', async () => {
    rmSync(folder, { recursive: true });
    symlinkSync(NAME, folder);
    const run = runPlan(IMAGE, COMMAND, { outputs: ['a/'] });

    const { findings } = await cluster.backend.collect(HANDLE, run, join(cluster.root, 'outputs'));

    expect(findings.map(({ message }) => message).join()).toContain(CANNOT_BE_READ);
  });

  it('is absent where nobody has seen it', async () => {
    rmSync(folder, { recursive: true });

    expect((await cluster.backend.look(HANDLE, [])).state).toBe('absent');
  });
});
