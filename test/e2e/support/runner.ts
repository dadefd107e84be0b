import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inherited } from './jobimg.ts';
import { type User, type Watched, watch } from './watched.ts';

export interface StepOptions {
  /** The file of `dist` that a sub-action starts, which gets its own inputs and no others; the action's when not given. */
  readonly entry?: string;
  /** By the names of `action.yml`; what it has a default for may be left out, as the runner fills it in. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The checkout. */
  readonly workspace: string;
  /** On top of what the runner sets; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Another build than `dist`. */
  readonly dist?: string | undefined;
  /** The payload of the event. */
  readonly event?: unknown;
  /** Who the runner runs as, and where it keeps the files of a step. */
  readonly runner?: Runner | undefined;
}

export interface Runner extends User {
  /** A folder of the runner's own. */
  readonly folder: string;
  /** Hands a file or a folder of ours over to the runner. */
  give(path: string): Promise<void>;
}

export interface StepEnded {
  readonly code: number | NodeJS.Signals;
  /** Everything the log would get. */
  readonly log: string;
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
  /** The workflow commands that the runner would act on. */
  readonly commands: readonly Command[];
}

export interface Command {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly message: string;
}

export interface Step {
  /** `RUNNER_TEMP` */
  readonly temporary: string;
  readonly main: Watched;
  /** The end of the main step. */
  ended(): Promise<StepEnded>;
  /** What the main step saved for the post step. */
  state(): Promise<ReadonlyMap<string, string>>;
  /** Starts the post step as the runner does, with the saved state in its environment. */
  post(): Promise<StepEnded>;
  [Symbol.asyncDispose](): Promise<void>;
}

const DEFAULTS = {
  registry: 'auto',
  check: 'false',
  push: 'auto',
  dispatch: 'auto',
  rebuild: 'false',
  detach: 'false',
  summary: 'true',
};

/** Starts the action's main step the way GitHub's runner does: inputs and files by variables, nothing else. */
export async function startStep(options: StepOptions): Promise<Step> {
  const { runner } = options;
  const root = await mkdtemp(join(runner?.folder ?? tmpdir(), 'jobimg-runner-'));
  const temporary = join(root, 'temp');
  await mkdir(temporary);
  await writeFile(join(root, 'event.json'), JSON.stringify(options.event ?? {}));
  const env = { ...runnerEnv(root, temporary, options.workspace), ...inputsEnv(options), ...options.env };

  async function start(file: string, more: Readonly<Record<string, string>>): Promise<Watched> {
    for (const name of FILES) await writeFile(join(root, name), '');
    await runner?.give(root);
    const call = { cwd: options.workspace, dist: options.dist, env: { ...env, ...more }, user: runner };
    return watch(file, [], call);
  }

  async function ended(step: Watched): Promise<StepEnded> {
    const code = await step.ended;
    const [outputs, summary] = await Promise.all([
      readFile(join(root, 'GITHUB_OUTPUT'), 'utf8'),
      readFile(join(root, 'GITHUB_STEP_SUMMARY'), 'utf8'),
    ]);
    return {
      code,
      log: step.said(),
      outputs: parseFile(outputs),
      summary,
      commands: commandsIn(step.said()),
    };
  }

  const main = await start(options.entry ?? 'action.js', {});
  const state = async () => parseFile(await readFile(join(root, 'GITHUB_STATE'), 'utf8'));
  return {
    temporary,
    main,
    ended: () => ended(main),
    state,
    async post() {
      await main.ended;
      const saved = [...(await state())].map(([name, value]) => [`STATE_${name}`, value] as const);
      return ended(await start('post.js', Object.fromEntries(saved)));
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

/** A step from its start to its end, and what it left in its temporary folder is gone. */
export async function runStep(options: StepOptions): Promise<StepEnded> {
  const step = await startStep(options);
  try {
    return await step.ended();
  } finally {
    await step[Symbol.asyncDispose]();
  }
}

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH'];

function runnerEnv(root: string, temporary: string, workspace: string): Record<string, string> {
  return {
    ...inherited(),
    HOME: root,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'acme/train',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: join(root, 'event.json'),
    GITHUB_ACTOR: 'ada',
    GITHUB_SHA: '0123456789012345678901234567890123456789',
    GITHUB_RUN_ID: String(process.pid * 1_000_000 + (performance.now() | 0)),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'train',
    GITHUB_ACTION: '__jobimg',
    RUNNER_TEMP: temporary,
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    ...Object.fromEntries(FILES.map((name) => [name, join(root, name)])),
  };
}

function inputsEnv({ inputs, workspace, entry }: StepOptions): Record<string, string> {
  const all = { ...(entry === undefined ? DEFAULTS : {}), 'working-directory': workspace, ...inputs };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

/** As the runner reads an output or state file: `name=value`, or `name<<delimiter` up to a line that is the delimiter. */
function parseFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, plain, value = ''] = /^([^=<]+)=(.*)$/.exec(line) ?? [];
    const [, long, delimiter = ''] = /^([^=<]+)<<(.+)$/.exec(line) ?? [];
    if (plain !== undefined) values.set(plain, value);
    if (long !== undefined)
      values.set(
        long,
        lines
          .splice(0, lines.indexOf(delimiter) + 1)
          .slice(0, -1)
          .join('\n'),
      );
  }
  return values;
}

/** What the runner takes for a command: `::name …::message` after any blank, and `##[name]` anywhere in a line. */
function commandsIn(log: string): readonly Command[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => newCommand(line) ?? oldCommand(line) ?? []);
}

function newCommand(line: string): Command | undefined {
  const text = line.replace(/^[\s\u0085]*/, '');
  const end = text.indexOf('::', 2);
  if (!text.startsWith('::') || end < 0) return undefined;
  const [name = '', ...properties] = text.slice(2, end).split(' ');
  return { name, properties: propertiesOf(properties.join(' ')), message: unescaped(text.slice(end + 2)) };
}

function oldCommand(line: string): Command | undefined {
  const [, name, message = ''] = /##\[([^\]]*)\](.*)/.exec(line) ?? [];
  return name === undefined ? undefined : { name: `##${name}`, properties: new Map(), message };
}

function propertiesOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return new Map(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))]),
  );
}

function unescaped(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
