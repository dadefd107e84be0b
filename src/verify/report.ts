import type { Finding } from '../errors.ts';
import { type Cause, CHANGED_BY_HAND, causeOf, type Symptom } from './cause.ts';
import type { LayerPair } from './compare-images.ts';
import { type Difference, printDifference } from './difference.ts';

/** Differences are reported by their causes; this many of them. */
const MOST_CAUSES = 8;
const LONGEST_STEP = 120;

/** The contents are the same; the bytes that hold them are not. */
export function reportPacking(image: string, differences: readonly Difference[]): Finding {
  const [first] = differences;
  const what = first === undefined ? 'the manifests differ' : printDifference(first);
  const { cause, remedy } = causeOf(first ?? { place: '', attribute: '', published: '', rebuilt: '' });
  const known = first !== undefined && ['packing', 'media type'].includes(first.attribute);
  return {
    level: 'warning',
    code: 'packed-differently',
    message: `${image}: the contents are the same, the digest is not: ${what}${others(differences.length)}`,
    hint: known ? `${cause}: ${remedy}` : 'publish it again with `jobimg build --rebuild`',
  };
}

/** Differences of the config. */
export function reportConfig(image: string, differences: readonly Difference[]): readonly Finding[] {
  return report(image, differences, causeOf);
}

/** Differences inside one layer. */
export function reportLayer(
  image: string,
  { index, createdBy }: Pick<LayerPair, 'index' | 'createdBy'>,
  symptoms: readonly Symptom[],
): readonly Finding[] {
  const layer = layerName(image, { index, createdBy });
  if (symptoms.length === 0)
    return [difference(`${layer} differs, and every entry of it is the same`, OUTSIDE)];
  const ours = createdBy.startsWith('jobimg code layer ');
  return report(
    layer,
    symptoms,
    ours ? () => CHANGED_BY_HAND : (symptom) => causeOf({ ...symptom, createdBy }),
  );
}

/** A config with the same fields in other bytes. */
export function reportSpelling(image: string): Finding {
  return difference(`${image}: the config has the same contents in other bytes`, OUTSIDE);
}

function layerName(image: string, { index, createdBy }: Pick<LayerPair, 'index' | 'createdBy'>): string {
  return `${image}: layer ${index + 1}${createdBy === '' ? '' : ` (${shorten(createdBy)})`}`;
}

/** An index that holds other images or words than those that are made now. */
export function reportIndex(index: string, differences: readonly Difference[]): readonly Finding[] {
  const known =
    differences.length > 0 ? differences.map(printDifference) : ['it has the same contents in other bytes'];
  return known.map((what) => difference(`${index}: ${what}`, OUTSIDE));
}

const OUTSIDE: Cause = {
  cause: 'it was written by another program',
  remedy: 'publish it with `jobimg build`',
};

function report(
  where: string,
  symptoms: readonly Symptom[],
  causeFor: (symptom: Symptom) => Cause,
): readonly Finding[] {
  const groups = new Map<Cause, Symptom[]>();
  for (const symptom of symptoms) {
    const cause = causeFor(symptom);
    groups.set(cause, [...(groups.get(cause) ?? []), symptom]);
  }
  return [...groups].slice(0, MOST_CAUSES).map(([cause, [first, ...rest]]) => {
    const what = first === undefined ? '' : printDifference(first);
    return difference(`${where}: ${what}${others(rest.length + 1)}`, cause);
  });
}

function difference(message: string, { cause, remedy }: Cause): Finding {
  return { level: 'error', code: 'image-differs', message, hint: `${cause}: ${remedy}` };
}

function others(count: number): string {
  return count > 1 ? `, and ${count - 1} more like it` : '';
}

/** On one line; a step can be a whole script. */
function shorten(step: string): string {
  const line = step.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST_STEP ? `${line.slice(0, LONGEST_STEP)}…` : line;
}
