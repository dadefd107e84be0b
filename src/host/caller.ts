import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isHosted } from '../disk/free-space.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { absoluteEntries } from '../io/fs/folders.ts';
import { lookForTool } from '../io/process/exec.ts';
import { isRunnersOwn } from '../jobspec/values/names.ts';
import type { Repository } from '../oci/types.ts';
import {
  type CheckoutComparison,
  dependsOnCheckout,
  type Event,
  type Rights,
  rightsOf,
} from '../plan/rights.ts';
import { defaultsOption } from '../run/detach/defaults-option.ts';
import type { Machine } from '../run/plan/dispatch.ts';
import type { GitHubRun } from '../run/run-id.ts';
import type { Caller } from '../tools/caller.ts';

type Variables = Readonly<Record<string, string | undefined>>;

export interface CheckoutFacts {
  /** The commit that is checked out. */
  readonly sha?: string | undefined;
  readonly name: string;
  /** How its files differ from a commit; undefined: each of them is what the commit says, and there is no other. */
  differenceFrom(commit: string): Promise<string | undefined>;
}

/** What is known of the caller that no spec says: who may do what, where `auto` pushes, what this machine shows. */
export async function readCaller(inputs: Inputs, env: Variables, checkout: CheckoutFacts): Promise<Caller> {
  const event = env['GITHUB_ACTIONS'] === 'true' ? await readEvent(env) : undefined;
  const repository = env['GITHUB_REPOSITORY'] || undefined;
  const rights = rightsOf({
    event,
    untrusted: inputs.untrusted || isOn(env['JOBIMG_UNTRUSTED']),
    checkout: event === undefined ? undefined : await compare(event, checkout),
  });
  return {
    rights,
    autoRegistry: autoRegistry(inputs, env),
    workflowJob: env['GITHUB_JOB'] || 'image',
    repositoryName: repository?.split('/').at(-1) ?? checkout.name,
    env: environmentOf(env),
    run: {
      github: githubRun(env),
      server: env['GITHUB_SERVER_URL'] || undefined,
      repository,
      scope: scopeOf(rights, env, checkout),
      gitSha: checkout.sha ?? env['GITHUB_SHA'],
      random: randomBytes(8).toString('hex'),
      attempt: Number(env['GITHUB_RUN_ATTEMPT'] || 1),
      overrides: inputs.overrides,
    },
    pause: (seconds, signal) => sleep(Math.min(seconds * 1000, TIMER_RANGE), undefined, { signal }),
    time: () => Math.floor(Date.now() / 1000),
    cpus: availableParallelism(),
    defaultsOption: defaultsOption(inputs.defaults, env),
    hosted: isHosted(env),
    machine: () => readMachine(env),
  };
}

/** Milliseconds: a timer of Node that is set to more rings at once. */
const TIMER_RANGE = 2 ** 31 - 1;

/** Users of one engine may have repositories of the same name. */
function scopeOf({ trusted }: Rights, env: Variables, { name }: CheckoutFacts): string {
  const repository = env['GITHUB_REPOSITORY'];
  const whose = repository
    ? `${env['GITHUB_SERVER_URL'] || 'https://github.com'}/${repository.toLowerCase()}`
    : `user ${process.getuid?.()}: ${name}`;
  return `${trusted ? 'trusted' : 'untrusted'} ${whose}`;
}

/** Whoever operates a machine takes rights away by any value that does not say no. */
function isOn(value: string | undefined): boolean {
  return !['', '0', 'false', 'no'].includes((value ?? '').trim().toLowerCase());
}

/** Every file is read, so nobody is asked for whom it decides nothing. */
async function compare(
  event: Event,
  { sha, differenceFrom }: CheckoutFacts,
): Promise<CheckoutComparison | undefined> {
  if (!dependsOnCheckout(event)) return undefined;
  if (sha === undefined) return { kind: 'different', why: 'which commit is checked out is not known' };
  if (sha !== event.sha) return { kind: 'different', why: `it is the commit ${sha}` };
  const why = await differenceFrom(sha);
  return why === undefined ? { kind: 'same' } : { kind: 'different', why };
}

const HeadRepository = z.object({ full_name: z.string() }).nullish();

/** What a spec can name: what somebody meant for the job, and nothing that is there for every action. */
function environmentOf(env: Variables): Caller['env'] {
  return new Map(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || isRunnersOwn(name) ? [] : [[name, value] as const],
    ),
  );
}

/** What is read of an event's payload: https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const Payload = z.object({
  pull_request: z
    .object({
      head: z.object({ repo: HeadRepository }).optional(),
      user: z.object({ type: z.string().optional() }).nullish(),
    })
    .nullish(),
  workflow_run: z.object({ head_repository: HeadRepository }).nullish(),
});

async function readEvent(env: Variables): Promise<Event> {
  const path = env['GITHUB_EVENT_PATH'];
  const { pull_request, workflow_run } = Payload.parse(path ? JSON.parse(await readFile(path, 'utf8')) : {});
  return {
    name: env['GITHUB_EVENT_NAME'] ?? '',
    actor: env['GITHUB_ACTOR'] ?? '',
    repository: env['GITHUB_REPOSITORY'] ?? '',
    headRepository: (pull_request?.head?.repo ?? workflow_run?.head_repository)?.full_name,
    authorType: pull_request?.user?.type,
    sha: env['GITHUB_SHA'] ?? '',
    hosted: isHosted(env),
  };
}

/** GitHub's own registry, for the token that the job was given. */
function autoRegistry({ githubToken }: Inputs, env: Variables): Repository | undefined {
  const repository = env['GITHUB_REPOSITORY'];
  if (githubToken === undefined || !repository) return undefined;
  const { host } = new URL(env['GITHUB_SERVER_URL'] || 'https://github.com');
  return {
    registry: host === 'github.com' ? 'ghcr.io' : `containers.${host}`,
    path: repository.toLowerCase(),
  };
}

function githubRun(env: Variables): GitHubRun | undefined {
  const {
    GITHUB_RUN_ID: runId,
    GITHUB_RUN_ATTEMPT: runAttempt,
    GITHUB_JOB: job,
    GITHUB_ACTION: action,
    'INPUT_JOB-INDEX': index,
  } = env;
  if (!runId) return undefined;
  const jobIndex = index?.trim() || undefined;
  return { runId, runAttempt: runAttempt ?? '1', job: job ?? '', action: action ?? '', jobIndex };
}

async function readMachine(env: Variables): Promise<Machine> {
  return {
    environment: env['RUNNER_ENVIRONMENT'],
    os: env['RUNNER_OS'],
    arch: env['RUNNER_ARCH'],
    gpu: await showsGpu(env),
    labels: (env['JOBIMG_RUNNER_LABELS'] ?? '')
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  };
}

/** `nvidia-smi` answers: a driver and a device are here. Without the tool, nothing is shown. */
async function showsGpu({ PATH, LD_LIBRARY_PATH }: Variables): Promise<boolean> {
  const tool = await lookForTool('nvidia-smi', PATH);
  if (tool === undefined) return false;
  const { getExecOutput } = await import('#actions/exec');
  const { exitCode } = await getExecOutput(`"${tool}"`, ['--list-gpus'], {
    // It would be given all of ours, secrets included.
    env: { PATH: absoluteEntries(PATH ?? ''), ...(LD_LIBRARY_PATH ? { LD_LIBRARY_PATH } : {}) },
    // A loader that looks in the working directory, as it does for an empty entry of LD_LIBRARY_PATH, finds nothing.
    cwd: '/',
    silent: true,
    ignoreReturnCode: true,
  });
  return exitCode === 0;
}
