import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { printReference } from '../../src/oci/reference.ts';
import { docker } from '../e2e/support/images/containers.ts';
import { inherited } from '../e2e/support/jobimg.ts';
import { type Parts, startParts } from '../e2e/support/parts.ts';
import { type Repository, repositoryWith } from '../e2e/support/repository.ts';
import { startSlurmBench } from '../e2e/support/slurm-bench.ts';
import { type Watched, watch } from '../e2e/support/watched.ts';
import { ensureScratchBase } from '../engine/images/base.ts';
import { type Registry, startRegistry } from '../engine/registry/registry.ts';
import { getObject } from '../kubernetes/api.ts';
import { ensureKubernetes, START_TIMEOUT_MS } from '../kubernetes/cluster.ts';
import { type TestNamespace, testNamespace } from '../kubernetes/namespace.ts';
import { describeOnKubernetes } from '../kubernetes/real.ts';
import { IS_WHOLE, sampleOf, tell } from './sample.ts';

const WAIT_MS = 3_600_000;
/** A machine that has little time is given fewer. */
const MOMENTS = Number(process.env['JOBIMG_MOMENTS'] ?? 20);
const LINES = 60;
const GRACE = 5;

/** Of what was cancelled, of a program that does not mind signals yet, and of a run that has ended. */
const CANCELLED: readonly (number | string)[] = [130, 'SIGINT', 0];

/** What the second follower of a killed one leaves. */
const GOOD = { code: 0, few: true, torn: [], rest: 0 };

/** Says which start of it this is, and then counts for a few seconds. */
const COUNTS = [
  'read start </proc/sys/kernel/random/uuid; echo start $start',
  `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo line $i; sleep 0.05; done`,
].join('; ');

/** Where runs go, and what there is of them. */
interface Far {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly image: string;
  readonly backend: string;
  /** How many runs of this job are there, in any state. */
  count(job: string): Promise<number>;
  close(): Promise<void>;
}

async function onDocker(): Promise<Far> {
  const parts: Parts = await startParts({ name: 'follower', auth: 'none', bases: ['busybox'] });
  return {
    name: 'docker',
    env: parts.env,
    image: parts.busybox?.reference ?? '',
    backend: 'docker',
    async count(job) {
      const words = ['ps', '--all', '--filter', `label=jobimg.job=${job}`, '--format', '{{.Names}}'];
      return (await docker(words, parts.env)).split('\n').filter(Boolean).length;
    },
    close: () => parts[Symbol.asyncDispose](),
  };
}

/** The folder of a run, its job and its container are one. */
async function onSlurm(): Promise<Far> {
  const bench = await startSlurmBench('follower-slurm');
  const { cluster, parts, settings } = bench;
  const defaults = join(cluster.folder, 'defaults.yml');
  await writeFile(defaults, `slurm: ${JSON.stringify(settings)}\n`);
  const path = `${cluster.env['PATH']}:${parts.env['PATH'] ?? process.env['PATH']}`;
  const lines = (text: string, job: string): number =>
    text.split('\n').filter((line) => line.includes(job)).length;
  return {
    name: 'slurm',
    env: { ...parts.env, ...cluster.env, PATH: path, JOBIMG_DEFAULTS: defaults },
    image: printReference(bench.image),
    backend: 'slurm',
    async count(job) {
      const words = ['ps', '--all', '--filter', `label=jobimg.job=${job}`, '--format', '{{.Names}}'];
      const folders = await readdir(settings.folder ?? '').catch(() => []);
      const jobs = await cluster.ask('squeue', '--noheader', '--format=%j');
      return Math.max(
        lines(folders.join('\n'), job),
        lines(jobs, job),
        (await docker(words, parts.env)).split('\n').filter(Boolean).length,
      );
    },
    close: () => bench.close(),
  };
}

async function onKubernetes(): Promise<Far> {
  const cluster = await ensureKubernetes();
  const registry: Registry = await startRegistry({ name: `follower-${process.pid}` });
  const { reference } = await ensureScratchBase(registry);
  const namespace: TestNamespace = await testNamespace(cluster);
  return {
    name: 'kubernetes',
    env: { ...registry.env, KUBECONFIG: namespace.kubeconfig },
    image: reference,
    backend: '{ kubernetes: { run-as-user: 1000 } }',
    async count(job) {
      const path = `/apis/batch/v1/namespaces/${namespace.name}/jobs?labelSelector=jobimg.dev%2Fjob%3D${job}`;
      return (await getObject<{ readonly items: readonly object[] }>(namespace.api, path)).items.length;
    },
    async close() {
      await namespace[Symbol.asyncDispose]();
      await registry.stop();
    },
  };
}

function followers(start: () => Promise<Far>): void {
  let far: Far;
  let repository: Repository;
  let root: string;
  /** How long a run takes that nobody disturbs, in milliseconds. */
  let whole: number;
  beforeAll(async () => {
    far = await start();
    root = await mkdtemp(join(tmpdir(), 'jobimg-follower-'));
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `name: counts\nrun: '${COUNTS}'\nimage: ${far.image}\nbackend: ${far.backend}\ncode: none\nstop-grace: ${GRACE}s\ntimeout: 5m\n`,
      },
    });
    whole = await undisturbed();
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await far?.close();
    await repository?.[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  }, START_TIMEOUT_MS);

  /** One person's machine. */
  async function person(name: string) {
    const home = join(root, name);
    await mkdir(home, { recursive: true });
    const env = { ...inherited(), ...far.env, HOME: home, JOBIMG_STATE: join(home, 'state') };
    const words = ['run', '--registry', 'none', '--override', `name=${name}`];
    return { home, run: (): Watched => watch('cli.js', words, { cwd: repository.folder, env }) };
  }

  /** The logs that are kept there, by which start of the job they are. */
  async function logsIn(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('log.txt'));
    const logs = await Promise.all(paths.map((path) => readFile(join(folder, path), 'utf8')));
    return new Map(
      logs.map((log) => {
        // That the image has no bash is told by the other stream, and nodes keep both as they come.
        const [first = '', ...lines] = log.split('\n').filter((line) => !line.startsWith('jobimg: '));
        return [first, lines];
      }),
    );
  }

  /** What is left when the grace is over; an engine may still be at removing it when we end. */
  async function restOf(name: string): Promise<number> {
    const end = performance.now() + GRACE * 1_000;
    let rest = await far.count(name);
    while (rest > 0 && performance.now() < end) {
      await sleep(200);
      rest = await far.count(name);
    }
    return rest;
  }

  async function undisturbed(): Promise<number> {
    const { run } = await person(`whole-${far.name}`);
    const begun = performance.now();
    const running = run();
    expect([await running.ended, running.said()]).toEqual([0, expect.stringContaining(`line ${LINES}`)]);
    return performance.now() - begun;
  }

  it(
    'that is killed loses no line, tells none twice, and starts no second run',
    async () => {
      const moments = sampleOf([...Array(MOMENTS).keys()], 2).map(() => Math.random() * whole);
      let attached = 0;
      for (const [index, moment] of moments.entries()) {
        const name = `killed-${far.name}-${index}`;
        const { home, run } = await person(name);
        const first = run();
        await sleep(moment);
        first.kill('SIGKILL');
        await first.ended;
        const left = await far.count(name);
        const second = run();
        const code = await second.ended;

        const logs = await logsIn(home);
        const lines = Array.from({ length: LINES }, (_, line) => `line ${line + 1}`);
        // A run that ended while nobody followed it was fetched, and another one started.
        const torn = [...logs].filter(
          ([key, log]) => key !== '' && log.join('\n') !== `${lines.join('\n')}\n`,
        );
        const found = { code, few: left <= 1, torn, rest: await restOf(name) };
        const isGood = isDeepStrictEqual(found, GOOD) && [...logs.keys()].some((key) => /^start /.test(key));
        // Of a failure, all that was said counts.
        if (!isGood)
          expect({ moment: Math.round(moment), ...found, logs, said: second.said() }).toEqual(GOOD);
        if (/attached to the run/.test(second.said())) attached += 1;
      }
      tell(`follower-killed-${far.name}`, { moments: moments.length, attached, whole: Math.round(whole) });
    },
    WAIT_MS,
  );

  it(
    'that is cancelled leaves nothing there within the grace',
    async () => {
      const moments = sampleOf([...Array(MOMENTS).keys()], 2).map(() => Math.random() * whole);
      let slowest = 0;
      const codes: (number | string)[] = [];
      for (const [index, moment] of moments.entries()) {
        const name = `cancelled-${far.name}-${index}`;
        const { run } = await person(name);
        const running = run();
        await sleep(moment);
        const asked = performance.now();
        running.kill('SIGINT');
        const code = await running.ended;
        slowest = Math.max(slowest, performance.now() - asked);

        const told = { moment: Math.round(moment), code, said: running.said() };
        codes.push(code);
        expect({ ...told, known: CANCELLED.includes(code) }).toEqual({ ...told, known: true });
        if (code === 130 && /^line 1$/m.test(told.said)) expect(told.said).toContain('cancelled');
        expect({ ...told, rest: await restOf(name) }).toEqual({ ...told, rest: 0 });
      }
      tell(`follower-cancelled-${far.name}`, {
        moments: moments.length,
        codes: codes.join(' '),
        slowest: Math.round(slowest),
      });
    },
    WAIT_MS,
  );
}

// `npm test` kills at the requests of a made-up engine, in kill.test.ts.
if (IS_WHOLE) describe('a follower of a run on docker', () => followers(onDocker));
// In slurm-answers.test.ts moments of a submission are tried without a cluster.
if (IS_WHOLE) describe('a follower of a run on slurm', () => followers(onSlurm));

describeOnKubernetes('a follower of a run on kubernetes', () => followers(onKubernetes));
