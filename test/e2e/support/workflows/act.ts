import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { inherited } from '../jobimg.ts';
import type { Repository } from '../repository.ts';
import { endedWith, type Line, lineOf, type WorkflowEnded } from './said.ts';
import { writeStandIn } from './stand-in.ts';

const run = promisify(execFile);

/** Labels of `runs-on` that this machine stands for. */
const LABELS = ['ubuntu-24.04', 'self-hosted', 'gpu'];
const GIT = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main'];

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
  /** `<owner>/<name>` on GitHub. */
  readonly origin?: string;
  /** Folders that stand in for actions of others, by what `uses` says. */
  readonly actions?: Readonly<Record<string, string>>;
  /** GitHub's REST API. */
  readonly api?: string;
  /** Of the runner, for this workflow alone. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface WorkflowStarted {
  /** The process of a step that executes this file. */
  stepProcess(file: string): Promise<number>;
  /** When something has printed it. */
  says(text: string): Promise<void>;
  readonly ended: Promise<WorkflowEnded>;
}

export interface Act {
  /** Commits the workflow and the files, as a start does first. */
  commit(call: WorkflowCall): Promise<void>;
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

  async function commit({ repository, workflow, origin = 'acme/train' }: WorkflowCall): Promise<void> {
    await repository.write({ '.github/workflows/workflow.yml': workflow });
    await commitAll(repository.folder, origin);
  }

  async function start(call: WorkflowCall): Promise<WorkflowStarted> {
    const { event, payload = {}, inputs = {}, secrets = {} } = call;
    const own = await mkdtemp(join(folder, 'run-'));
    const file = join(own, 'event.json');
    await writeFile(file, JSON.stringify({ ...(payload as object), inputs }));
    await commit(call);
    const words = [
      ...[
        event,
        '--workflows',
        '.github/workflows/workflow.yml',
        '--json',
        '--no-cache-server',
        '--eventpath',
        file,
      ],
      ...['--action-cache-path', join(own, 'cache')],
      ...Object.entries({ 'org/jobimg-action@v1': join(folder, 'action'), ...call.actions }).flatMap(
        ([uses, place]) => ['--local-repository', `${uses}=${place}`],
      ),
      ...LABELS.flatMap((label) => ['--platform', `${label}=-self-hosted`]),
      ...Object.keys(secrets).flatMap((name) => ['--secret', name]),
      ...['--secret', 'GITHUB_TOKEN=ghs_canary', '--actor', 'ada'],
      ...(call.api === undefined ? [] : ['--env', `GITHUB_API_URL=${call.api}`]),
      ...['--env', `GITHUB_RUN_ID=${process.pid}${own.length}${Math.trunc(performance.now())}`],
    ];
    const child = spawn(program, words, {
      cwd: call.repository.folder,
      env: {
        ...inherited(),
        HOME: home,
        XDG_STATE_HOME: join(own, 'state'),
        ...env,
        ...call.env,
        ...secrets,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return started(child);
  }

  return {
    commit,
    start,
    run: async (call) => (await start(call)).ended,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** act reads from Git what the commit and the repository are. Nothing is committed where nothing has changed. */
async function commitAll(folder: string, origin: string): Promise<void> {
  const git = async (...words: readonly string[]) =>
    (await run('git', [...GIT, ...words], { cwd: folder })).stdout;
  await git('init', '--quiet');
  await git('config', 'remote.origin.url', `https://github.com/${origin}`);
  await git('add', '--all');
  if ((await git('status', '--porcelain')) === '') return;
  await git('commit', '--quiet', '--message', 'a state of the job');
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

async function childWith(parent: number, file: string): Promise<number> {
  const { stdout } = await run('ps', ['--ppid', String(parent), '-o', 'pid=,args=']);
  const line = stdout.split('\n').find((text) => text.includes(file));
  if (line === undefined) throw new Error(`no process executes ${file}:\n${stdout}`);
  return Number.parseInt(line, 10);
}
