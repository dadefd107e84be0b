import type { JobCost, MergeCost, PackageChange } from '../../cost/cost.ts';
import { MADE_WORDS, packageNote, pullWords } from './cost-words.ts';

/** What merging costs, for a terminal. */
export function costLines({ jobs, more }: MergeCost): readonly string[] {
  return [...jobs.flatMap(jobLines), ...(more === 0 ? [] : [`… and ${more} more jobs`])];
}

function jobLines(job: JobCost): readonly string[] {
  const note = packageNote(job);
  const changes = job.packages?.kind === 'pinned' ? job.packages.changes : [];
  return [
    `job ${job.name}`,
    `  environment  ${MADE_WORDS[job.made]}`,
    ...(job.why === undefined ? [] : [`  why          ${job.why}`]),
    `  pulled       ${pullWords(job)}`,
    ...(note === undefined ? [] : [`  packages     ${note}`]),
    ...changes.map((change) => `    ${changeText(change)}`),
  ];
}

function changeText({ name, from, to }: PackageChange): string {
  if (from === undefined) return `${name} ${to} is new`;
  return to === undefined ? `${name} ${from} is gone` : `${name} ${from} → ${to}`;
}
