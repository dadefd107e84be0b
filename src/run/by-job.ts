/** The runs of each job together, in the order in which the jobs come first. */
export function byJob<T>(runs: readonly T[], jobOf: (run: T) => string): readonly (readonly T[])[] {
  const jobs = new Map<string, T[]>();
  for (const run of runs) {
    const known = jobs.get(jobOf(run));
    if (known === undefined) jobs.set(jobOf(run), [run]);
    else known.push(run);
  }
  return [...jobs.values()];
}
