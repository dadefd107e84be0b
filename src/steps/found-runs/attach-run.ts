import { UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { NEVER } from '../../never.ts';
import { cancelCommand } from '../../run/detach/attach-command.ts';
import { notTriedAgain } from '../../run/detach/detach.ts';
import { planOf } from '../../run/kept-plan.ts';
import { isClaimable } from '../../run/owner-process.ts';
import { isLive } from '../../run/state.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Backend } from '../../tools/backend.ts';
import type { FoundRun } from '../../tools/found-run.ts';
import type { Tools } from '../../tools/tools.ts';
import { completeRun } from '../runs/result/complete-run.ts';
import { uploadRun } from '../runs/upload-run.ts';
import { type OpenedRun, openRun } from './find-runs.ts';

/**
 * Follows a run to its end as who started it would have: its log is shown from its beginning, its outputs are collected,
 * its result is kept, and what is left of it is removed. Who is asked to stop leaves the run as it is.
 */
export async function attachRun(found: FoundRun, tools: Tools): Promise<RunResult> {
  const { caller, host, runs } = tools;
  checkUnfollowed(found, caller);
  const opened = await openRun(found, tools);
  const { handle } = opened;
  await takeOver(found, opened, tools);
  await (await tools.files({ id: handle.run })).restart();
  const run = planOf({ run: handle.run, handle, plan: opened.plan });
  const backend = leavable(opened.backend, tools);
  const findings = new Findings();
  const result = await uploadRun(
    await completeRun({ run, handle, backend }, tools, findings),
    tools,
    findings,
  );
  if (result.verdict.reason === 'detached') await runs.detach(handle);
  const told = [...findings.all, ...(result.metricsFindings ?? []), ...notTriedAgain(run, result.verdict)];
  for (const finding of told) host.finding(finding);
  return result;
}

function checkUnfollowed({ handle, known }: FoundRun, { defaultsOption }: Tools['caller']): void {
  if (known?.owner !== 'alive') return;
  throw new UserError(`the process ${known.record.owner.pid} follows the run "${handle.run}"`, {
    kind: 'usage',
    code: 'followed',
    hint: `it collects the outputs; see the log with: jobimg logs --follow ${handle.run}${defaultsOption}`,
  });
}

async function takeOver({ known }: FoundRun, { handle, plan, status }: OpenedRun, { host, runs }: Tools) {
  const { run } = handle;
  if (status.state === 'absent' || status.state === 'created') {
    throw new UserError(`nothing is left of the run "${run}"`, {
      code: 'no-run',
      hint: 'a run that ended and was fetched is in the folder of the runs of the machine that fetched it',
    });
  }
  if (known !== undefined && !isClaimable(known.owner, known.record)) {
    const { host: there, pid } = known.record.owner;
    host.info(
      `the process ${pid} on ${there}, which cannot be seen from here, may still follow the run ${run}, and fetch its outputs`,
    );
  }
  if (known !== undefined && !(await runs.claim(run, 'unseen'))) {
    throw new UserError(`another process has just made the run "${run}" its own`, { code: 'followed' });
  }
  if (known === undefined && plan.detached !== true && isLive(status))
    host.info(
      `the run ${run} was not started with "detach": who started it may still follow it, and fetch its outputs`,
    );
  host.info(`attached to the run ${run}, which is ${status.state}; its log from its start:`);
}

/** Whoever follows it is gone at the first signal, and the run is not. */
function leavable(backend: Backend, { caller, host }: Tools): Backend {
  const follow: Backend['follow'] = (handle) =>
    left(backend.follow(handle, NEVER, host.cancelled), cancelCommand(handle, caller.defaultsOption));
  return { ...backend, follow };
}

async function* left(events: AsyncIterable<RunEvent>, cancel: string): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    if (event.type !== 'left') yield event;
    else {
      const detail = `it goes on; attach again with the same command, or end it with: ${cancel}`;
      // Whoever comes next sees the log from its start.
      yield { type: 'left', verdict: { reason: 'detached', detail }, native: {} };
    }
  }
}
