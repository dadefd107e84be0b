import type { Environment } from '../io/process/exec.ts';
import type { StartProcess } from '../io/process/process.ts';
import type { Cleaner } from '../log/log.ts';
import type { Digest } from '../oci/types.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { Built } from '../tools/builder.ts';
import type { BuildJob } from './arguments/arguments.ts';
import type { Buildx } from './command/buildx.ts';
import { classify, type Failure } from './failure/failure.ts';
import { isNetworkFailure } from './failure/network.ts';
import { readMetadata } from './metadata.ts';
import { type BuildLog, type BuildRecord, Display } from './progress/display.ts';
import { createProgressParser } from './progress/progress.ts';
import { titlesOf } from './progress/step-titles.ts';

/** What an attempt asks of the world. */
export interface AttemptTools {
  readonly start: StartProcess;
  /** The tar of a build's context, with the Dockerfile in it under `DOCKERFILE`; a new one for each attempt. */
  readonly context: (plan: BuildPlan) => AsyncIterable<Uint8Array>;
  /** The image ID behind a tag of the local engine. */
  readonly loaded: (tag: string) => Promise<Digest | undefined>;
  readonly log: BuildLog;
  readonly cleaner: () => Cleaner;
  readonly signal: AbortSignal;
}

export interface Attempt {
  readonly request: BuildJob;
  readonly buildx: Buildx;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly metadataFile: string;
  readonly cwd: string;
}

export type Outcome =
  | { readonly built: Built | undefined }
  | { readonly failure: Failure; readonly record: BuildRecord };

export const CLASSIC_STORE: Failure = { kind: 'classic-store', retries: 0 };

/** One start of buildx, its progress shown as it comes. */
export async function buildOnce(attempt: Attempt, tools: AttemptTools): Promise<Outcome> {
  const { request, buildx, args, env, cwd } = attempt;
  const display = new Display({
    titleOf: titlesOf(request.plan),
    cleaner: tools.cleaner,
    log: tools.log,
  });
  const child = tools.start(buildx.command, [...buildx.before, ...args], {
    env,
    cwd,
    stdin: tools.context(request.plan),
    signal: tools.signal,
  });
  await Promise.all([showProgress(child.stderr, display), drain(child.stdout)]);
  const { code } = await child.ended();
  const record = display.record();
  if (code !== 0) return { failure: failureOf(record, code, tools.signal), record };
  return await readBuilt(attempt, record, tools);
}

async function showProgress(stderr: AsyncIterable<Uint8Array>, display: Display): Promise<void> {
  const parser = createProgressParser();
  for await (const chunk of stderr) {
    for (const event of parser.push(chunk)) display.show(event);
  }
  for (const event of parser.end()) display.show(event);
}

async function drain(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

function failureOf(record: BuildRecord, code: number | undefined, { aborted }: AbortSignal): Failure {
  // Lines of the Dockerfile that buildx quotes are the user's text, and no sign of anything.
  const said = record.text.filter((line) => !/^\s*\d+ \|/.test(line));
  const text = [record.failed?.error ?? '', ...said].join('\n');
  const { failed, stepStarted } = record;
  const networkFailed = isNetworkFailure(failed?.title?.step, failed?.lines ?? []);
  return classify({ text, code, aborted, stepStarted, networkFailed });
}

async function readBuilt(
  { request, metadataFile }: Attempt,
  record: BuildRecord,
  tools: AttemptTools,
): Promise<Outcome> {
  if (request.to.kind === 'folder') return { built: undefined };
  const { digest, configDigest, described } = await readMetadata(metadataFile);
  if (request.to.kind === 'registry') {
    // The classic store pushes another image than the one that was asked for, and cannot describe it.
    if (!described) return { failure: CLASSIC_STORE, record };
    return { built: { kind: 'pushed', repository: request.to.repository, digest, configDigest } };
  }
  const engineId = await tools.loaded(request.to.tag);
  if (engineId === undefined)
    throw new Error(`the engine does not have the image ${request.to.tag} that was loaded into it`);
  return { built: { kind: 'loaded', engineId } };
}
