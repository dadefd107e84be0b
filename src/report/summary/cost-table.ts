import type { JobCost, MergeCost, PackageChange } from '../../cost/cost.ts';
import { changesInView, MADE_WORDS, packageNote, pullWords } from '../cost/cost-words.ts';
import { details, inlineCode, table } from './markdown.ts';

/**
 * What merging costs, as Markdown. Names, versions and reasons may be a stranger's: each stands in code, where GitHub
 * calls nobody, links nothing and reads no HTML; numbers are written here.
 */
export function costMarkdown({ jobs, more }: MergeCost): string {
  const rows = jobs.map((job) => [
    inlineCode(job.name),
    MADE_WORDS[job.made],
    pullWords(job),
    job.why === undefined ? '' : inlineCode(job.why),
  ]);
  const rest = more === 0 ? [] : [`… and ${more} more ${more === 1 ? 'job' : 'jobs'}`];
  return [
    table(['job', 'environment', 'every machine pulls', 'why'], rows),
    ...rest,
    ...packageSections(jobs),
  ].join('\n\n');
}

/** Jobs with the same environment have the same changes: those are told once. */
function packageSections(jobs: readonly JobCost[]): readonly string[] {
  const alike = new Map<string, { readonly names: string[]; readonly job: JobCost }>();
  for (const job of jobs) {
    if (job.packages === undefined) continue;
    const key = JSON.stringify(job.packages);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { names: [job.name], job });
    else known.names.push(job.name);
  }
  return [...alike.values()].map(({ names, job }) => packageSection(names, job));
}

function packageSection(names: readonly string[], job: JobCost): string {
  const title = `Packages of ${names.map(inlineCode).join(', ')}: ${packageNote(job) ?? ''}.`;
  if (job.packages?.kind !== 'pinned' || job.packages.changes.length === 0) return title;
  const { changes, more } = job.packages;
  const rest = more === 0 ? '' : `\n\n… and ${more} more`;
  const shown = `${table(['package', 'before', 'after'], changes.map(changeRow))}${rest}`;
  return `${title}\n\n${changesInView(changes) ? shown : details('Versions', shown)}`;
}

function changeRow({ name, from, to }: PackageChange): readonly string[] {
  return [
    inlineCode(name),
    ...[from, to].map((version) => (version === undefined ? '—' : inlineCode(version))),
  ];
}
