import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { planArtifact } from '../../evidence/run-plan.ts';
import { CallError } from '../../io/http/retry.ts';
import type { Submitted } from '../../io/polled/submissions.ts';
import { jsonIn } from '../../json.ts';
import { printReference } from '../../oci/reference.ts';
import type { Image } from '../../oci/types.ts';
import { stopCommand } from '../../run/plan/stop-command.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { WorkflowRun } from './api/runs.ts';
import { imageName } from './handle.ts';
import type { GithubPlace } from './place.ts';
import { planOf, type Reads, repositoryOf, runNamed } from './runs.ts';

/** Starts the workflow for a run, once for each name: GitHub itself takes any number of runs of one name. */
export async function submitRun(
  run: RunPlan,
  place: GithubPlace,
  reads: Reads,
  signal: AbortSignal | undefined,
): Promise<Submitted> {
  const there = await runNamed(run.id, place, reads);
  if (there !== undefined) return await attach(run, there, place, reads);
  const image = imageOf(run);
  const plan = { ...image, digest: await pushPlan(run, image, place) };
  signal?.throwIfAborted();
  const id = await dispatch({ run, plan, place, reads, signal });
  const first = await runNamed(run.id, place, reads);
  if (first === undefined || first.id >= id) return { id: String(id), attached: false };
  // Another process did the same in this moment, and was first: the concurrency group holds ours back until it is gone.
  await place.api.call({ method: 'POST', path: `actions/runs/${id}/cancel`, expect: [409] });
  return await attach(run, first, place, reads);
}

async function attach(
  run: RunPlan,
  there: WorkflowRun,
  place: GithubPlace,
  reads: Reads,
): Promise<Submitted> {
  const plan = await planOf(there, imageName(run), place, reads);
  if (plan.hash === run.hash) return { id: String(there.id), attached: true };
  throw usedByAnother(run, place);
}

export function usedByAnother({ id }: RunPlan, { defaultsOption }: GithubPlace): UserError {
  return new UserError(`the run id "${id}" is already used by another plan`, {
    code: 'run-id',
    hint: `end what is there: ${stopCommand({ run: id }, defaultsOption)}`,
  });
}

/** The plan is read by whoever reads the image, so no value that is hidden elsewhere may stand in it. */
async function pushPlan(run: RunPlan, image: Image, { hide, registry }: GithubPlace) {
  const artifact = planArtifact(run);
  for (const layer of artifact.layers) {
    const text = await textOf(layer.open());
    if (hide(text) !== text)
      throw new UserError(
        'the plan of the run holds the value of a secret, in its command or its variables',
        {
          code: 'github',
          hint: 'name it in "secrets" of the spec: the workflow of the other repository gives it its value',
        },
      );
  }
  return await registry.pushReferrer(image, artifact);
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

export function imageOf({ image }: RunPlan): Image {
  if ('engineId' in image || image.digest === undefined) throw new Error('another machine pulls its images');
  return { ...repositoryOf({ ...image, digest: image.digest }), digest: image.digest };
}

interface Dispatch {
  readonly run: RunPlan;
  readonly plan: Image;
  readonly place: GithubPlace;
  readonly reads: Reads;
  readonly signal: AbortSignal | undefined;
}

/** How often in all the workflow is asked for. */
const MOST_TRIES = 4;
/** Milliseconds before it is looked for by its name, and asked for again. */
const PAUSE = 2_000;

/** Where an answer is lost the run is looked for by its name, and only then asked for again. */
async function dispatch(asked: Dispatch): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return (await post(asked, true)) ?? (await untilThere(asked));
    } catch (error) {
      const there = await afterFailure(error, tries, asked);
      if (there !== undefined) return there;
      if (tries >= MOST_TRIES) throw error;
    }
  }
}

/** The run that a call has started whose answer was lost; undefined: it has started none. */
async function afterFailure(
  error: unknown,
  tries: number,
  { run, place, reads, signal }: Dispatch,
): Promise<number | undefined> {
  if (!(error instanceof CallError) || signal?.aborted) throw error;
  await place.clock.sleep(Math.max(error.repeat?.after ?? 0, PAUSE * 2 ** (tries - 1)), signal);
  return (await runNamed(run.id, place, reads))?.id;
}

const Details = z.object({ workflow_run_id: z.number() });
const Problem = z.object({ message: z.string() });

/** The number of the run; undefined: a server that tells none. https://docs.github.com/en/rest/actions/workflows#create-a-workflow-dispatch-event */
async function post(asked: Dispatch, details: boolean): Promise<number | undefined> {
  const { run, plan, place } = asked;
  const { ref, repository, workflow } = place.site;
  const { status, text } = await place.api.call({
    method: 'POST',
    path: `actions/workflows/${encodeURIComponent(workflow)}/dispatches`,
    json: {
      ref,
      inputs: { 'run-id': run.id, plan: printReference(plan) },
      ...(details ? { return_run_details: true } : {}),
    },
    expect: [400, 422],
    once: true,
  });
  if (status === 400 || status === 422) {
    // Servers of earlier releases refuse the field that they do not know.
    if (details) return await post(asked, false);
    const why = Problem.safeParse(jsonIn(text)).data?.message ?? `the server answers ${status}`;
    throw new UserError(`the workflow ${workflow} of ${repository} (${ref}) is not started: ${why}`, {
      kind: 'unavailable',
      code: 'github',
      hint: 'it needs the trigger "workflow_dispatch" with the inputs "run-id" and "plan", as in examples/workflows/github-fleet.yml',
    });
  }
  return Details.safeParse(jsonIn(text)).data?.workflow_run_id;
}

/** Milliseconds until a run that was just asked for is listed. */
const LISTED = 60_000;

async function untilThere({ run, place, reads, signal }: Dispatch): Promise<number> {
  const end = place.clock.now() + LISTED;
  for (;;) {
    const there = await runNamed(run.id, place, reads);
    if (there !== undefined) return there.id;
    if (place.clock.now() > end) throw unlisted(run, place);
    await place.clock.sleep(PAUSE, signal);
  }
}

function unlisted({ id }: RunPlan, { site }: GithubPlace): UserError {
  return new UserError(
    `${site.repository} has started its workflow, and no run of it is called "jobimg ${id}"`,
    {
      kind: 'unavailable',
      code: 'github',
      hint: `write in ${site.workflow}: run-name: jobimg \${{ inputs.run-id }} \${{ inputs.plan }}`,
    },
  );
}
