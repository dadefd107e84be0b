import { pendingJob } from '../run/pending/write.ts';
import type { Result } from '../tools/result.ts';
import { hideIn, type Json } from './plan-json.ts';

interface PendingOptions {
  readonly hide?: ((text: string) => string) | undefined;
  readonly pendingProblem?: string | undefined;
}

/** The jobs whose images are made and whose runs were not started here, as `run/` reads them. */
export function pendingJson(
  { plan, images, runs }: Result,
  { hide = String, pendingProblem }: PendingOptions,
): readonly Json[] {
  return plan.jobs.flatMap((job) => {
    const { name } = job.job;
    const image = images.get(name);
    if (image === undefined || runs.some(({ run }) => run.job === name)) return [];
    if (pendingProblem !== undefined) return [{ name, problem: pendingProblem }];
    return [withoutSecrets(pendingJob(job, image) as Json, name, hide)];
  });
}

/** What a runner would not hand on, and what would run otherwise with a secret taken out of it. */
function withoutSecrets(json: Json, name: string, hide: (text: string) => string): Json {
  if (JSON.stringify(hideIn(json, hide)) === JSON.stringify(json)) return json;
  return { name, problem: 'the value of a secret stands in its spec or its params' };
}
