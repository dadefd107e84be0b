import { UserError } from '../../errors.ts';
import { isClaim, parseClaimText } from './claim.ts';

/** Beside the image of the job, as one artifact about it. */
export const TO_REGISTRY = 'registry';

/** Where outputs are kept beside, or instead of, the folder of the run: a claim, or `registry`. */
export function parseOutputsTo(text: string): string {
  if (text === TO_REGISTRY) return text;
  if (isClaim(text)) return parseClaimText(text);
  throw new UserError(`outputs cannot be kept at "${text}"`, {
    hint: 'write "registry", which puts them beside the image, or a claim of the cluster, as in pvc:results/runs; without "to" outputs come back to the folder of the run',
  });
}

/** The claim that outputs are written to; undefined: they come home. */
export function outputsClaim(to: string | undefined): string | undefined {
  return to === undefined || to === TO_REGISTRY ? undefined : to;
}
