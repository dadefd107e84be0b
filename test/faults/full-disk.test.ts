import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { containersOf, docker } from '../e2e/support/images/containers.ts';
import { type Ended, jobimg } from '../e2e/support/jobimg.ts';
import { type Parts, startParts } from '../e2e/support/parts.ts';
import { repositoryWith } from '../e2e/support/repository.ts';
import { type StepEnded, startStep } from '../e2e/support/runner.ts';
import { IS_WHOLE, sampleOf } from './sample.ts';

/** Bytes of the disk that everything of a run is on: checkout, state, home and temporary files. */
const DISK = 6e6;

interface Case {
  readonly name: string;
  readonly run: string;
  readonly exitCode: number;
  /** Whether the outputs fit. */
  readonly fits: boolean;
  readonly told: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'a log that is larger than the disk',
    run: 'seq 700000; echo model > outputs/model',
    exitCode: 0,
    fits: true,
    told: /the log ".*log\.txt" is cut off: .* in "/,
  },
  {
    name: 'outputs that are larger than the disk',
    run: 'head -c 20000000 /dev/zero > outputs/model; exit 7',
    exitCode: 7,
    fits: false,
    told: /the output "outputs" could not be copied: it takes 20 MB, and ".*" has [\d.]+ MB free/,
  },
  {
    name: 'outputs and a log that are larger than the disk',
    run: 'seq 700000; head -c 20000000 /dev/zero > outputs/model',
    exitCode: 0,
    fits: false,
    told: /the output "outputs" could not be copied: /,
  },
];

describe('a small disk below the folder of a run', () => {
  let parts: Parts;
  let disk: string;

  beforeAll(async () => {
    parts = await startParts({ name: 'full-disk', auth: 'none', bases: ['busybox'] });
    disk = await mkdtemp(join(tmpdir(), 'jobimg-full-'));
  });

  beforeEach(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk]);
    await mkdir(join(disk, 'temp'));
  });

  afterEach(() => void execFileSync('umount', ['--lazy', disk]));

  afterAll(async () => {
    for (const { id } of await containersOf('full', parts.env))
      await docker(['rm', '--force', id], parts.env);
    await parts?.[Symbol.asyncDispose]();
    await rm(disk, { recursive: true, force: true });
  });

  const specOf = ({ run }: Case): string =>
    `name: full\nimage: ${parts.busybox?.reference}\nrun: ${JSON.stringify(run)}\n`;

  function env(): Record<string, string> {
    const own = { HOME: disk, XDG_STATE_HOME: join(disk, 'state'), TMPDIR: join(disk, 'temp') };
    return { ...parts.env, ...own };
  }

  async function commandLine(one: Case): Promise<Ended> {
    const folder = join(disk, 'repository');
    await repositoryWith({ files: { 'jobimg.yml': specOf(one) }, folder });
    const words = ['run', '--registry', 'none', '--defaults', parts.defaults, '--json'];
    return jobimg(words, { cwd: folder, env: env() });
  }

  /** Main step and post step, on a runner whose folder is on the disk, too. */
  async function action(one: Case): Promise<readonly [StepEnded, StepEnded]> {
    const folder = join(disk, 'repository');
    await repositoryWith({ files: { 'jobimg.yml': specOf(one) }, folder });
    const inputs = { registry: 'none', defaults: parts.defaults };
    await using step = await startStep({
      workspace: folder,
      env: { ...env(), RUNNER_TEMP: join(disk, 'temp') },
      inputs,
    });
    return [await step.ended(), await step.post()];
  }

  /** The command that the result names, with another disk as its target. */
  async function copyAsTold(command: string): Promise<readonly string[]> {
    const elsewhere = await mkdtemp(join(tmpdir(), 'jobimg-copied-'));
    try {
      execFileSync('sh', ['-c', command.replaceAll(`${disk}/`, `${elsewhere}/`)], {
        env: { ...process.env, ...parts.env },
      });
      const names = await readdir(elsewhere, { recursive: true });
      return names.filter((name) => name.endsWith('/model'));
    } finally {
      await rm(elsewhere, { recursive: true, force: true });
    }
  }

  it.each(sampleOf(CASES, 2).map((one) => [one.name, one] as const))(
    'takes neither the verdict nor the outputs of a run: %s',
    async (_, one) => {
      const ended = await commandLine(one);

      const [run] = ended.json.jobs[0]?.runs ?? [];
      const messages = ended.json.findings.map(({ message }) => message);
      const whole = run as typeof run & { readonly kept: { readonly commands: readonly string[] } | null };
      expect([ended.code, run?.['exit-code']]).toEqual([one.exitCode, one.exitCode]);
      expect(messages.filter((message) => one.told.test(message))).toHaveLength(1);
      expect(whole.kept === null).toBe(one.fits);
      if (one.fits) {
        expect(await readFile(join(run?.['outputs-folder'] ?? '', 'outputs/model'), 'utf8')).toBe('model\n');
        expect(await containersOf('full', parts.env)).toEqual([]);
      } else {
        expect(run?.outputs).toEqual([]);
        expect(await copyAsTold(whole.kept?.commands.join(' && ') ?? '')).toHaveLength(1);
        expect(await containersOf('full', parts.env)).toEqual([]);
      }
    },
  );

  it.each((IS_WHOLE ? CASES : CASES.slice(1, 2)).map((one) => [one.name, one] as const))(
    'leaves the post step nothing to destroy: %s',
    async (_, one) => {
      const [main, post] = await action(one);

      const left = await containersOf('full', parts.env);
      expect([main.code, main.outputs.get('exit-code'), post.code]).toEqual([
        one.exitCode,
        String(one.exitCode),
        0,
      ]);
      expect(main.log).toMatch(one.told);
      expect(post.log).not.toContain('removed');
      expect(left).toHaveLength(one.fits ? 0 : 1);
      for (const { id } of left) await docker(['rm', '--force', id], parts.env);
    },
  );
});
