import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { identityOf } from '../../plan/images/index-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { MADE } from '../made.ts';
import { codeBlock, details, escapeMarkdown, inlineCode, table } from './markdown.ts';

/** Of each job, its image, with a digest short enough that the reason beside it is in view. */
export function imageTable(jobs: readonly JobPlan[], images: ReadonlyMap<string, EnsuredImage>): string {
  const rows = jobs.map((job) => imageRow(job, images.get(job.job.name)));
  return table(['job', 'image', 'tag', 'result', 'why'], rows);
}

/** The whole references, to copy. */
export function referencesSection(images: ReadonlyMap<string, EnsuredImage>): string | undefined {
  const references = [...new Set([...images.values()].map(({ reference }) => reference))];
  return references.length === 0
    ? undefined
    : details('Images by digest', codeBlock(references.join('\n'), 'text'));
}

function imageRow({ job, image }: JobPlan, made: EnsuredImage | undefined): readonly string[] {
  const name = escapeMarkdown(job.name);
  if (made !== undefined) {
    const { reference, tag, why } = made;
    return [
      name,
      inlineCode(shortReference(reference)),
      tag === undefined ? '' : inlineCode(tag),
      MADE[made.made],
      escapeMarkdown(why),
    ];
  }
  const tag = image.kind === 'given' ? undefined : identityOf(image).tag;
  return [name, '', tag === undefined ? '' : inlineCode(tag), 'planned', ''];
}

const SHORT = 12;

/** `ghcr.io/acme/train@sha256:0123456789ab…`: another section has it whole. */
function shortReference(reference: string): string {
  const at = reference.search(/(?<=sha256:)[0-9a-f]{64}$/);
  return at < 0 ? reference : `${reference.slice(0, at + SHORT)}…`;
}
