import * as core from '@actions/core';
import { connect } from '../connect/connect.ts';
import { isHosted } from '../disk/free-space.ts';
import { readCaller } from '../host/caller.ts';
import { watchSignals } from '../host/cancellation.ts';
import { explainFullDisk } from '../host/disk-full.ts';
import { createGithubHost, type GithubHost } from '../host/github.ts';
import type { InputsRead } from '../host/inputs/action.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { systemClock } from '../io/clock.ts';
import { temporaryFolder, workspaceFolder } from '../io/fs/folders.ts';
import { createMasker, type Masker } from '../log/mask/masker.ts';
import { CANCELLED, type Failure, failureOf } from '../report/failure.ts';
import { type Folders, repositoryRoot } from '../report/places.ts';
import { readCheckout } from '../source/checkout.ts';
import type { Tools } from '../tools/tools.ts';

/** What tells one step of a workflow from another. */
export interface Step {
  read(env: Variables): InputsRead;
  work(inputs: Inputs, tools: Tools, host: GithubHost): Promise<void>;
  /** Told of an end without a result, after it was shown; the inputs are undefined when they could not be read. */
  failed?(failure: Failure, host: GithubHost, inputs: Inputs | undefined): Promise<void>;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** What is not known before the inputs are read. */
interface Known {
  inputs: Inputs | undefined;
  folders: Folders;
}

/** A step of a workflow on the runner, from its inputs to its exit code. */
export async function runStep(step: Step): Promise<void> {
  const { env } = process;
  const workspace = workspaceFolder(env);
  const known: Known = { inputs: undefined, folders: { root: workspace, folder: workspace } };
  const leaving = new AbortController();
  const cancellation = watchSignals(process, hurry);
  const masker = createMasker();
  const host = createHost(
    { cancelled: cancellation.signal, leaving: leaving.signal },
    masker,
    () => known.folders,
  );
  try {
    await start(step, host, masker, known);
  } catch (error) {
    const explained = await explainFullDisk(error, [temporaryFolder(env), workspace], isHosted(env));
    const failure = failureOf(explained, cancellation.signal.aborted);
    process.exitCode = failure.exitCode;
    for (const finding of failure.findings) host.finding(finding);
    await step.failed?.(failure, host, known.inputs);
  } finally {
    host.annotate();
    cancellation.close();
  }

  /** The second signal: what is known by now is told, for the next thing is the end of this process. */
  function hurry(): void {
    if (leaving.signal.aborted) leave();
    leaving.abort();
    setTimeout(leave, LAST_MOMENTS).unref();
  }

  /** Nothing is waited for any more: only what is written at once is kept. */
  function leave(): void {
    void step.failed?.(CANCELLED, host, known.inputs);
    process.exit(CANCELLED.exitCode);
  }
}

/**
 * Milliseconds. On a cancel the runner sends SIGINT, after 7.5 s SIGTERM, and after 2.5 s more it kills:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
const LAST_MOMENTS = 2_000;

function createHost(
  signals: Pick<GithubHost, 'cancelled' | 'leaving'>,
  masker: Masker,
  folders: () => Folders,
): GithubHost {
  return createGithubHost({ core, ...signals, now: systemClock.now, masker, folders });
}

async function start(step: Step, host: GithubHost, masker: Masker, known: Known): Promise<void> {
  const { env } = process;
  const { inputs, findings } = step.read(env);
  known.inputs = inputs;
  const checkout = readCheckout(inputs.folder);
  const workspace = known.folders.root;
  const root = repositoryRoot({ workspace, repository: env['GITHUB_REPOSITORY'], checkout });
  known.folders = { root, folder: inputs.folder };
  for (const finding of findings) host.finding(finding);

  const caller = await readCaller(inputs, env, checkout);
  const tools = connect(inputs, { env, host, masker, clock: systemClock, caller });
  try {
    await step.work(inputs, tools, host);
  } finally {
    await tools.close();
  }
}
