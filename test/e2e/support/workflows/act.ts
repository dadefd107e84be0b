import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { inherited } from '../jobimg.ts';
import type { Repository } from '../repository.ts';
import { writeStandIn } from './stand-in.ts';

const run = promisify(execFile);

/** Labels of `runs-on` that this machine stands for. */
const LABELS = ['ubuntu-24.04', 'self-hosted', 'gpu'];
const GIT = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main'];
const ORIGIN = 'https://github.com/acme/train';

export interface WorkflowCall {
  /** The checkout. */
  readonly repository: Repository;
  /** Its text. */
  readonly workflow: string;
  readonly event: string;
  readonly payload?: unknown;
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A line of `act --json`, as far as it is read here. */
interface Line {
  readonly msg?: string;
  readonly job?: string;
  readonly jobResult?: string;
  readonly stage?: string;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly raw_output?: boolean;
}

export interface WorkflowEnded {
  readonly code: number;
  /** By the name of the workflow and of the job: `success`, `failure`. A job that was skipped is not there. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Whatever steps printed, and what act itself says. */
  readonly log: string;
  /** The last value of an output of any step of a job. */
  output(job: string, name: string): string | undefined;
  /** What was printed in a stage of the steps: `Main`, `Post`. */
  said(stage: string): string;
}

export interface WorkflowStarted {
  /** The process of a step that executes this file. */
  stepProcess(file: string): Promise<number>;
  /** When something has printed it. */
  says(text: string): Promise<void>;
  readonly ended: Promise<WorkflowEnded>;
}

export interface Act {
  start(call: WorkflowCall): Promise<WorkflowStarted>;
  run(call: WorkflowCall): Promise<WorkflowEnded>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ActOptions {
  readonly program: string;
  /** What stands where `registry: auto` is. */
  readonly registry: string;
  /** Of the runner. */
  readonly env: Readonly<Record<string, string>>;
}

/** A runner that is this machine, and knows no action but ours: `actions/checkout` is what act does by itself. */
export async function startAct({ program, registry, env }: ActOptions): Promise<Act> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-act-'));
  await writeStandIn(join(folder, 'action'), registry);
  const home = join(folder, 'home');
  await mkdir(home);
  // Where it is missing, act asks which images stand for GitHub's runners.
  await writeFile(join(home, '.actrc'), '');

  async function start(call: WorkflowCall): Promise<WorkflowStarted> {
    const { workflow, event, payload = {}, inputs = {}, secrets = {} } = call;
    const own = await mkdtemp(join(folder, 'run-'));
    const file = join(own, 'event.json');
    await writeFile(file, JSON.stringify({ ...(payload as object), inputs }));
    await call.repository.write({ '.github/workflows/workflow.yml': workflow });
    await commit(call.repository.folder);
    const words = [
      ...[event, '--json', '--no-cache-server', '--eventpath', file],
      ...['--action-cache-path', join(own, 'cache')],
      ...['--local-repository', `org/jobimg-action@v1=${join(folder, 'action')}`],
      ...LABELS.flatMap((label) => ['--platform', `${label}=-self-hosted`]),
      ...Object.keys(secrets).flatMap((name) => ['--secret', name]),
      ...['--secret', 'GITHUB_TOKEN=ghs_canary', '--actor', 'ada'],
      ...['--env', `GITHUB_RUN_ID=${process.pid}${own.length}${Math.trunc(performance.now())}`],
    ];
    const child = spawn(program, words, {
      cwd: call.repository.folder,
      env: { ...inherited(), HOME: home, XDG_STATE_HOME: join(own, 'state'), ...env, ...secrets },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return started(child);
  }

  return {
    start,
    run: async (call) => (await start(call)).ended,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** act reads from Git what the commit and the repository are. */
async function commit(folder: string): Promise<void> {
  const git = (...words: readonly string[]) => run('git', [...GIT, ...words], { cwd: folder });
  await git('init', '--quiet');
  await git('config', 'remote.origin.url', ORIGIN);
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', 'a state of the job');
}

function started(child: ReturnType<typeof spawn>): WorkflowStarted {
  const lines: Line[] = [];
  const waiting = new Map<string, () => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (text) => {
      const line = lineOf(text);
      lines.push(line);
      for (const [wanted, go] of waiting) if (line.msg?.includes(wanted)) go();
    });
  }
  const ended = new Promise<WorkflowEnded>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(endedWith(code ?? -1, lines)));
  });
  return {
    ended,
    stepProcess: (file) => childWith(child.pid ?? -1, file),
    says: (text) =>
      new Promise((resolve, reject) => {
        waiting.set(text, resolve);
        void ended.then(({ log }) => reject(new Error(`it ended without saying ${text}:\n${log}`)));
        if (lines.some(({ msg }) => msg?.includes(text))) resolve();
      }),
  };
}

function lineOf(text: string): Line {
  try {
    const line: Line = JSON.parse(text);
    // act pads names, so that they stand below each other.
    return { ...line, ...(line.job === undefined ? {} : { job: line.job.trim() }) };
  } catch {
    return { msg: text };
  }
}

function endedWith(code: number, lines: readonly Line[]): WorkflowEnded {
  const results = lines.filter((line) => line.jobResult !== undefined);
  return {
    code,
    jobs: Object.fromEntries(results.map(({ job, jobResult }) => [job, jobResult ?? ''])),
    log: lines.map(({ job = '', stage = '', msg = '' }) => `${job} ${stage} ${msg.trimEnd()}`).join('\n'),
    output: (job, name) =>
      lines.findLast((line) => line.command === 'set-output' && line.job === job && line.name === name)?.arg,
    said: (stage) =>
      lines
        .filter((line) => line.stage === stage && line.raw_output === true)
        .map(({ msg = '' }) => msg)
        .join(''),
  };
}

async function childWith(parent: number, file: string): Promise<number> {
  const { stdout } = await run('ps', ['--ppid', String(parent), '-o', 'pid=,args=']);
  const line = stdout.split('\n').find((text) => text.includes(file));
  if (line === undefined) throw new Error(`no process executes ${file}:\n${stdout}`);
  return Number.parseInt(line, 10);
}
