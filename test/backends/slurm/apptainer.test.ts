import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jobScript } from '../../../src/backends/slurm/script/job.ts';
import { standingOf } from '../../../src/backends/slurm/standing.ts';
import { runPlan } from '../docker-bench.ts';
import { IMAGE } from '../fake-bench.ts';

const HASH = `sha256:${'a'.repeat(64)}`;

/** Prints what stands in its file of this attempt, whose first line is how it ends. */
const APPTAINER = `#!/bin/sh
for word; do case $word in
  exec) break ;;
  pull) ls "\${4%/*}" >>"$FAKE/pulls"; echo image >"$4"; exit 0 ;;
esac; done
read -r n 2>/dev/null <"$FAKE/attempt" || n=0; echo $((n + 1)) >"$FAKE/attempt"
echo "$*" >"$FAKE/words-$n"
for scratch in "$TMPDIR"/*; do
  over=$scratch/overlay/upper/workspace; mkdir -p "$over"; [ ! -e "$FAKE/file" ] || cp "$FAKE/file" "$over/model.bin"
done
tail -n +2 "$FAKE/said-$n"
[ ! -e "$FAKE/endless-$n" ] || exec /bin/sleep 1000
exit "$(head -n 1 "$FAKE/said-$n")"`;

const NO_FILE = 'FATAL:   failed to set working directory: chdir /workspace: no such file or directory';
const NO_OVERLAY =
  'FATAL:   container creation failed: mount hook function failure: mount overlay->/var/lib/apptainer error: while mounting overlay: invalid argument';
const NO_SPACE =
  '\u001b[91mERROR  : Failed to create user namespace: not allowed to create user namespace\n\u001b[0m';

const FILE = `${IMAGE.digest?.slice('sha256:'.length)}.sif`;

describe('an Apptainer that starts nothing', () => {
  let root: string;
  let near: number | undefined;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'jobimg-apptainer-'));
    near = undefined;
    for (const name of ['runs/run', 'bin', 'fake', 'tmp']) mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, 'bin/apptainer'), APPTAINER, { mode: 0o755 });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function fact(name: string): string | undefined {
    const path = join(root, 'runs/run', name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
  }

  const images = (): readonly string[] => readdirSync(join(root, 'runs/images'));

  /** What becomes of a run whose container ends so, and then so. */
  async function verdictAfter(...said: readonly string[]): Promise<object> {
    await once(start(...said), 'exit');
    const facts = ['exit', 'failure', 'started', 'stopped'].map((name) => [name, fact(name)] as const);
    const answer = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
    const standing = standingOf(new Map([['hash', HASH], ['id', '7'], ...answer]), HASH);
    return 'verdict' in standing ? standing.verdict : standing;
  }

  function start(...said: readonly string[]): ChildProcess {
    for (const [index, text] of said.entries()) writeFileSync(join(root, `fake/said-${index}`), `${text}\n`);
    const command = { kind: 'arguments', words: ['train'] } as const;
    const backend = { name: 'slurm', options: {} } as const;
    const run = runPlan(IMAGE, command, { backend, timeout: 3, outputs: ['model.bin'] });
    const script = jobScript(run, 'jobimg-test', { container: 'apptainer', setup: [] });
    writeFileSync(
      join(root, 'runs/run/job.sh'),
      near === undefined ? script : script.replace(/^near=.*$/m, `near=${near}`),
    );
    const env = {
      PATH: `${join(root, 'bin')}:${process.env['PATH']}`,
      FAKE: join(root, 'fake'),
      TMPDIR: join(root, 'tmp'),
      JOBIMG_FOLDER: join(root, 'runs/run'),
      SLURM_JOB_ID: '7',
    };
    return spawn('sh', [join(root, 'runs/run/job.sh')], { env, stdio: 'ignore' });
  }

  it.each([
    ['a command that is not there', '255\nFATAL:   "train": executable file not found in $PATH', 127],
    ['a path that is not there', '255\nFATAL:   stat ./train: no such file or directory', 127],
    ['a file that is no program', '255\nFATAL:   permission denied', 126],
    ['a job that ends with 255', '255\nFATAL ERROR', 255],
    ['a job that ends with 1, and has printed its error', '1\nbegins\nERROR  : no data', 1],
  ])('is %s', async (_, said, exitCode) => {
    expect(await verdictAfter(said)).toMatchObject({ reason: 'failed', exitCode });
  });

  it.each([
    [
      'the container',
      `255\n${NO_OVERLAY.replace('overlay', 'squashfs').replace('overlay', 'image')}`,
      'mount squashfs',
    ],
    ['a namespace', `1\n${NO_SPACE}`, 'Failed to create user namespace'],
  ])('is a fault of the node where it cannot make %s', async (_, said, why) => {
    expect(await verdictAfter(said)).toMatchObject({
      reason: 'node-error',
      detail: expect.stringContaining(why),
    });
  });

  it('is started again with a work directory that the image has not', async () => {
    expect(await verdictAfter(`255\n${NO_FILE}`, '0\nout')).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(fact('log')).toBe('out');
  });

  it('is ended at its time limit when it was started again', async () => {
    writeFileSync(join(root, 'fake/endless-1'), '');

    expect(await verdictAfter(`255\n${NO_FILE}`, '0\nout')).toMatchObject({ reason: 'timeout' });
  });

  it('is started again without an overlay on the disk of the node, which is said', async () => {
    expect(await verdictAfter(`255\n${NO_OVERLAY}`, '3\nout')).toEqual({ reason: 'failed', exitCode: 3 });
    expect(readFileSync(join(root, 'fake/words-1'), 'utf8')).toContain('exec --writable-tmpfs');
    expect(fact('log')).toMatch(/^out\njobimg: Apptainer has no overlay on this node/);
  });

  it('keeps a file that the job has written, and its image for the next run', async () => {
    writeFileSync(join(root, 'fake/file'), 'model');

    await verdictAfter('0\nout');

    expect(fact('files/0/model.bin')).toBe('model');
    expect(images()).toEqual([expect.stringMatching(/^[0-9a-f]{64}\.sif$/)]);
  });

  describe('whose image another job makes', () => {
    const making = (): string => join(root, 'runs/images', `${FILE}.making`);
    const pulls = (): string => readFileSync(join(root, 'fake/pulls'), 'utf8').trim();
    beforeEach(() => {
      mkdirSync(making(), { recursive: true });
      // A job that waits does so in steps, and each is seen here.
      const steps =
        '#!/bin/sh\n[ "$1" = 2 ] || exec /bin/sleep "$@"\n: >"$FAKE/waits"; exec /bin/sleep 0.1\n';
      writeFileSync(join(root, 'bin/sleep'), steps, { mode: 0o755 });
    });

    async function waiting(): Promise<ChildProcess> {
      const job = start('0\nout');
      while (!existsSync(join(root, 'fake/waits'))) await sleep(10);
      return job;
    }

    it('waits for it', async () => {
      const job = await waiting();
      writeFileSync(join(root, 'runs/images', FILE), 'image');
      rmSync(making(), { recursive: true });
      await once(job, 'exit');

      expect([fact('exit'), images(), existsSync(join(root, 'fake/pulls'))]).toEqual(['0', [FILE], false]);
    });

    it('makes its own when that one failed', async () => {
      const job = await waiting();
      rmSync(making(), { recursive: true });
      await once(job, 'exit');

      expect([fact('exit'), images(), pulls()]).toEqual(['0', [FILE], '']);
    });

    it('makes its own when that one has died', async () => {
      const longAgo = new Date(Date.now() - 600_000);
      utimesSync(making(), longAgo, longAgo);

      await once(start('0\nout'), 'exit');

      expect([fact('exit'), images()]).toEqual(['0', [FILE]]);
    });

    it('says that it makes it', async () => {
      rmSync(making(), { recursive: true });

      await once(start('0\nout'), 'exit');

      expect([fact('exit'), images(), pulls()]).toEqual(['0', [FILE], `${FILE}.making`]);
    });

    it('leaves when it is cancelled', async () => {
      const job = await waiting();
      job.kill('SIGTERM');
      await once(job, 'exit');

      expect([fact('exit'), fact('stopped'), images()]).toEqual(['143', 'signal', [`${FILE}.making`]]);
    });

    it('has taken too long where the signal comes at the limit of Slurm', async () => {
      near = 0;
      const job = await waiting();
      job.kill('SIGTERM');
      await once(job, 'exit');

      expect(fact('stopped')).toBe('timeout');
    });
  });
});
