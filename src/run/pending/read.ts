import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { cycleOf } from '../../jobspec/template/environment.ts';
import { suggestion } from '../../jobspec/values/suggest.ts';
import { parseReference } from '../../oci/reference.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { JobPlan, Plan } from '../../plan/plan.ts';
import { envOf, planOf } from './job-plan.ts';
import { PendingJob, ProblemJob } from './schema.ts';

/** Bytes that GitHub takes as the outputs of a job: https://docs.github.com/en/actions/reference/limits */
const MOST_BYTES = 1024 * 1024;

// biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
const FROM = 'give it the output `result` of the job that made the image: ${{ needs.image.outputs.result }}';
const NONE =
  'let the first job start none (`dispatch: "false"`); of code that is not trusted it hands nothing on';

export interface PendingChoice {
  /** undefined: all. */
  readonly job: string | undefined;
  /** The label of one combination of its matrix; undefined: all. */
  readonly leg: string | undefined;
}

/** Jobs that another job of the workflow has made the images for. */
export interface PendingJobs {
  readonly plan: Plan;
  readonly images: ReadonlyMap<string, EnsuredImage>;
}

/** The jobs that the output `result` of an earlier job of the workflow hands on, as far as they are to be run here. */
export function readPending(text: string, { job, leg }: PendingChoice): PendingJobs {
  const entries = chosen(entriesOf(text), job);
  const jobs = entries.map(readJob);
  const legs = leg === undefined ? jobs : jobs.map((one) => withLeg(one, leg));
  const images = new Map(legs.map(({ image, plan }) => [plan.job.name, image]));
  const [first] = legs;
  if (first?.image.image === undefined) throw wrong('it has no run that is to be started', NONE);
  const repository = { registry: first.image.image.registry, path: first.image.image.path };
  const destination = { kind: 'registry', repository, auto: false } as const;
  return { plan: { destination, jobs: legs.map(({ plan }) => plan) }, images };
}

const Result = z.object({ pending: z.array(z.looseObject({ name: z.string() })).optional() });
type Entry = z.infer<typeof Result>['pending'] extends (infer E)[] | undefined ? E : never;

function entriesOf(text: string): readonly Entry[] {
  if (text.trim() === '') throw wrong('it is empty', FROM);
  if (Buffer.byteLength(text) > MOST_BYTES) throw wrong('it is larger than 1 MiB', FROM);
  const { success, data } = Result.safeParse(jsonOf(text));
  if (!success) throw wrong('it is not the output `result`', FROM);
  if (data.pending === undefined || data.pending.length === 0)
    throw wrong('it has no run that is to be started', NONE);
  return data.pending;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('it is not JSON', FROM);
  }
}

function chosen(entries: readonly Entry[], job: string | undefined): readonly Entry[] {
  if (job === undefined) return entries;
  const found = entries.filter(({ name }) => name === job);
  if (found.length > 0) return found;
  const known = entries.map(({ name }) => name);
  throw wrong(`it has no job ${JSON.stringify(job)}`, suggestion(job, known));
}

interface ReadJob {
  readonly plan: JobPlan;
  readonly image: EnsuredImage;
}

function readJob(entry: Entry): ReadJob {
  const told = ProblemJob.safeParse(entry);
  if (told.success) throw needsCheckout(told.data);
  const read = PendingJob.safeParse(entry);
  if (!read.success) throw invalid(entry.name, read.error);
  const { data } = read;
  const cycle = cycleOf(envOf(data.env));
  if (cycle !== undefined) throw wrong(`the variable ${cycle[0]} of the job ${data.name} uses itself`, FROM);
  return { plan: planOf(data), image: imageOf(data) };
}

function needsCheckout({ name, problem }: ProblemJob): UserError {
  return new UserError(
    `the job ${JSON.stringify(name.slice(0, 100))} cannot be started from a result: ${problem}`,
    {
      code: 'from',
      hint: 'check out the repository, and use the action itself with `dispatch: "true"`',
    },
  );
}

function invalid(name: string, { issues }: z.ZodError): UserError {
  const [issue] = issues;
  const place = issue?.path.map(String).join('.') ?? '';
  const at = place === '' ? '' : ` at ${JSON.stringify(place.slice(0, 200))}`;
  const job = JSON.stringify(name.slice(0, 100));
  return wrong(
    `the job ${job} is not readable${at}: ${issue?.message ?? ''}`,
    'use the same release of jobimg in both jobs, and hand the output on as it is',
  );
}

function wrong(what: string, hint: string | undefined): UserError {
  return new UserError(`the input \`from\`: ${what}`, { code: 'from', hint });
}

function imageOf({ image, measured }: PendingJob): EnsuredImage {
  const { registry, path, digest } = parseReference(image);
  if (digest === undefined) throw wrong('an image has no digest', FROM);
  return {
    made: 'found',
    reference: image,
    image: { registry, path, digest },
    cache: 'image',
    why: 'another job of the workflow made it',
    measured: measured && new Map(Object.entries(measured)),
  };
}

/** One combination; those that are called alike are the same, and a job of the workflow's own matrix runs each once. */
function withLeg({ plan, image }: ReadJob, label: string): ReadJob {
  const { strategy, name } = plan.job;
  const found = strategy?.legs.find((leg) => leg.label === label);
  if (strategy === undefined || found === undefined) {
    const known = strategy?.legs.map((leg) => leg.label) ?? [];
    throw wrong(`the job ${name} has no combination ${JSON.stringify(label)}`, suggestion(label, known));
  }
  return { plan: { ...plan, job: { ...plan.job, strategy: { ...strategy, legs: [found] } } }, image };
}
