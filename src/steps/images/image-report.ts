import type { Image } from '../../oci/types.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { EnsureContext, MadeImage } from './ensure-context.ts';

type ReportContext = Pick<EnsureContext, 'store' | 'tools'>;

export const NOTHING_CHANGED = 'nothing changed';

export function reportFound(tag: string, { store, tools: { host } }: ReportContext): void {
  host.info(`environment ${tag}: found${store.target.kind === 'engine' ? ' in the local engine' : ''}`);
}

/** An engine's own ID of an image says nothing to people. */
export function reportBuilt(
  tag: string,
  { image, before }: { readonly image: Image; readonly before: Image | undefined },
  { store, rebuild, tools: { host } }: ReportContext & Pick<EnsureContext, 'rebuild'>,
): void {
  const again = rebuild ? changeOf(before, image) : '';
  const where = store.target.kind === 'engine' ? 'in the local engine' : `as ${image.digest}${again}`;
  host.info(`environment ${tag}: built ${where}`);
}

/** The name of an image in a registry is of use elsewhere. */
export function reportImage(
  job: string,
  { made, reference, why }: EnsuredImage,
  { store, tools: { host } }: ReportContext,
): void {
  if (store.target.kind === 'engine') return;
  host.info(`${job}: ${reference}${made === 'found' ? ` (${why})` : ''}`);
}

/** Where nothing else is known of the reason. */
export function whyMade({ made }: Pick<MadeImage, 'made'>): string {
  if (made === 'found') return 'the environment is unchanged, the code is new';
  return 'no environment image with this content was there';
}

export function whyAgain(before: Image | undefined, image: Image): string {
  return `rebuild asked for${changeOf(before, image)}`;
}

/** What came of an image that was made again. */
function changeOf(before: Image | undefined, image: Image): string {
  if (before === undefined) return '';
  return before.digest === image.digest
    ? ': the digest is the same'
    : `: ${before.digest} is now ${image.digest}`;
}
