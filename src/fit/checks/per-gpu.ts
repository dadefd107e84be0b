import type { FitSubject, TargetGpu } from '../facts.ts';

export interface Sorted {
  readonly fitting: readonly TargetGpu[];
  readonly unfit: readonly TargetGpu[];
  /** Whether too few are left for the job, whatever those are of which nothing is known. */
  readonly tooFew: boolean;
}

/** Which GPUs of the place will do; those of which it is not known count as if they would. */
export function sortGpus({ target, gpu }: FitSubject, fits: (gpu: TargetGpu) => boolean | undefined): Sorted {
  const all = target.gpus?.value ?? [];
  const unfit = all.filter((one) => fits(one) === false);
  const fitting = all.filter((one) => !unfit.includes(one));
  const least = gpu?.count.min ?? 1;
  const isCounted = fitting.every(({ count }) => count !== undefined);
  const count = fitting.reduce((sum, one) => sum + (one.count ?? 0), 0);
  return { fitting, unfit, tooFew: unfit.length > 0 && isCounted && count < least };
}
