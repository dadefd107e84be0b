import { UserError } from '../../errors.ts';
import { followPolled } from '../../io/polled/follow.ts';
import { NoAnswer, orNoAnswer } from '../../io/polled/passing.ts';
import type { PolledPlace } from '../../io/polled/place.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Backend } from '../../tools/backend.ts';
import { type Answer, readAnswer } from './answers.ts';
import { checkRun } from './check.ts';
import { bringInputs } from './data/inputs.ts';
import { sharedMounts } from './data/mounts.ts';
import { listRuns } from './list.ts';
import { lookAt } from './look.ts';
import { notSeen, otherLogs } from './node-logs.ts';
import { collectOutputs } from './outputs.ts';
import { pollScript, releaseScript, removeScript, stopScript } from './script/ask.ts';
import { LATE } from './script/place.ts';
import { submitScript } from './script/submit.ts';
import type { Site } from './site.ts';
import { isUnsaid, standingOf } from './standing.ts';

/** Milliseconds between two looks at a run. */
const HERE = 1_000;
const ELSEWHERE = 5_000;
/** Milliseconds between two questions to the controller of Slurm about a job that runs. */
const SCHEDULER_EVERY = 30_000;
/** Milliseconds for which a shared file system may show what was there before. */
const FILES_LATE = 1_000 * LATE;
/** Milliseconds beyond the grace that Slurm takes to end a job. */
const SLOW_END = 60_000;

/** Runs jobs as batch jobs of a Slurm cluster. */
export function createSlurmBackend(site: Site): Backend {
  const { clock, settings, shell } = site;
  const attached = new Set<string>();
  /** What is known only while this process lives, by the name of the run. */
  const waiting = new Map<string, { readonly grace: number; readonly queueTimeout: number | undefined }>();
  const asked = new Map<string, number>();
  const unsaid = new Map<string, number>();
  const unseen = new Map<string, number>();
  const unfound = new Map<string, number>();
  const nodes = new Map<string, number>();

  const place: PolledPlace = {
    every: shell.where === 'local' ? HERE : ELSEWHERE,
    watchCommand: ({ name }) => `squeue --states=all --name=${name}`,
    async poll({ hash, name }, cursor) {
      const offset = Number(cursor ?? '0');
      const now = clock.now();
      const ofScheduler = now - (asked.get(name) ?? Number.NEGATIVE_INFINITY) > SCHEDULER_EVERY;
      if (ofScheduler) asked.set(name, now);
      const script = pollScript(settings, name, { offset, ofScheduler });
      const bytes = await orNoAnswer((signal) => shell.run(script, signal));
      const { answer, rest } = readAnswer(bytes);
      const read = offset + rest.length;
      const standing = standingOf(answer, hash, isLate(name, answer));
      refuseEarlyAbsence(name, answer);
      nodes.set(name, Number(answer.get('nodes') ?? 1));
      const isWhole = standing.state !== 'ended' || rest.length > 0 || hasWholeLog(name, answer, read);
      return { standing: isWhole ? standing : { state: 'running' }, log: rest, cursor: String(read) };
    },
    async requestStop({ name }, grace) {
      checkHeard(await orNoAnswer((signal) => shell.run(stopScript(settings, name, grace), signal)));
      asked.delete(name);
    },
  };

  /** Whether Slurm has known of an end for so long that the files will say nothing of it. */
  function isLate(name: string, answer: Answer): boolean {
    if (!isUnsaid(answer)) {
      unsaid.delete(name);
      return false;
    }
    asked.delete(name);
    return isWaitedFor(unsaid, name);
  }

  /** Another login node of the same name, or a file system that is away for a moment, lacks a folder that was there. */
  function refuseEarlyAbsence(name: string, answer: Answer): void {
    if (answer.has('hash')) unfound.delete(name);
    else if ((waiting.has(name) || nodes.has(name)) && !isWaitedFor(unfound, name))
      throw new NoAnswer('the folder of the run is not seen');
  }

  /** Whether a shared file system has had its time to show something of a run, since it was looked for first. */
  function isWaitedFor(since: Map<string, number>, name: string): boolean {
    const first = since.get(name) ?? clock.now();
    since.set(name, first);
    return clock.now() - first > FILES_LATE;
  }

  /** Whether what the run has printed is read, or was waited for so long that it will not be seen. */
  function hasWholeLog(name: string, answer: Answer, read: number): boolean {
    const size = Number(answer.get('log-size') ?? 0);
    if (read >= size) return true;
    if (!isWaitedFor(unseen, name)) return false;
    site.progress(notSeen('the log', size, read));
    return true;
  }

  async function submit(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Handle> {
    if ('engineId' in run.image) throw new Error('a cluster pulls its images');
    const [login, mounts] = await Promise.all([site.pullLogin(run.image), sharedMounts(run, site)]);
    try {
      const inputs = await bringInputs(run, intent.name, site, signal);
      const script = submitScript(run, intent, site, { login, mounts, inputs });
      const { answer } = readAnswer(await shell.run(script, signal));
      checkSubmitted(answer, run, intent, site);
      if (answer.get('attached') === 'yes') attached.add(intent.name);
      waiting.set(intent.name, { grace: run.stopGrace, queueTimeout: run.queueTimeout });
      return { ...intent, native: { ...intent.native, id: answer.get('id') ?? '' } };
    } catch (error) {
      if (signal?.aborted) await remove(intent);
      throw error;
    }
  }

  async function remove({ name }: Handle): Promise<void> {
    // Many files take their time.
    checkHeard(await shell.run(removeScript(settings, name)));
  }

  async function* follow(
    handle: Handle,
    signal: AbortSignal,
    leaving?: AbortSignal,
  ): AsyncGenerator<RunEvent> {
    if (attached.has(handle.name))
      yield { type: 'note', message: `attached to the run that is already there: ${handle.name}` };
    const { grace = DEFAULT_GRACE, queueTimeout } = waiting.get(handle.name) ?? {};
    for await (const event of followPolled({ handle, signal, leaving, grace, queueTimeout }, place, clock)) {
      if (event.type === 'end') yield* otherLogs(handle, nodes.get(handle.name) ?? 1, site);
      yield event;
    }
  }

  async function stop(handle: Handle, grace: number): Promise<void> {
    await place.requestStop(handle, grace);
    const end = clock.now() + grace * 1_000 + SLOW_END;
    while (clock.now() < end) {
      const bytes = await shell.run(pollScript(settings, handle.name, ALL_READ));
      // Whatever files say later, a job that Slurm has ended runs no more.
      const { state } = standingOf(readAnswer(bytes).answer, handle.hash);
      if (state === 'ended' || state === 'absent') return;
      await clock.sleep(QUICK);
    }
  }

  return {
    intentOf: (run) => ({
      backend: 'slurm',
      run: run.id,
      name: `jobimg-${run.id}`,
      hash: run.hash,
      native: { where: shell.where },
    }),
    check: (run) => checkRun(run, site),
    submit,
    follow,
    collect: (handle, run, folder) => collectOutputs(handle, run, folder, site),
    async cancel(handle, grace) {
      await stop(handle, grace);
      await remove(handle);
    },
    stop,
    look: (handle, secrets) => lookAt(handle, secrets, site),
    async clean(handle) {
      await remove(handle);
      return true;
    },
    async releaseCheckpoint({ key }) {
      await shell.run(releaseScript(settings, key));
    },
    list: () => listRuns(site),
  };
}

/** Seconds, for a run that another process has started. */
const DEFAULT_GRACE = 10;
/** Asks for no log. */
const ALL_READ = { offset: Number.MAX_SAFE_INTEGER - 1, ofScheduler: true };
/** Milliseconds between two looks at a run that was told to stop. */
const QUICK = 300;

/** Throws where the controller may not have heard what it was to do. */
function checkHeard(bytes: Buffer): void {
  const silent = readAnswer(bytes).answer.get('silent');
  if (silent !== undefined) throw new NoAnswer(silent);
}

function checkSubmitted(answer: Answer, run: RunPlan, intent: Handle, site: Site): void {
  const refused = answer.get('refused');
  if (refused !== undefined) throw refusal(refused);
  if (answer.get('hash') !== run.hash) throw usedByAnother(run, intent, site);
}

function refusal(said: string): UserError {
  return new UserError(
    `Slurm does not take the job: ${said.replaceAll(/sbatch: (?:error: )?/g, '').trim()}`,
    {
      kind: 'unavailable',
      code: 'slurm',
      hint: 'change what it asks for (gpu, cpu, memory, or "backend.slurm"); "sinfo" shows what there is',
    },
  );
}

function usedByAnother({ id }: RunPlan, { name }: Handle, { settings }: Site): UserError {
  return new UserError(`the run id "${id}" is already used by another plan`, {
    code: 'run-id',
    hint: `remove what is left of it: scancel --name=${name}, and its folder below ${settings.folder ?? '~/.jobimg'}`,
  });
}
