import type { Finding } from '../../errors.ts';
import { distinct } from '../../findings.ts';

const MOST = 50;
const LONGEST = 400;

/** The errors of a spec as they are thrown: each once, in the order of the file. */
export function errorsByPlace(findings: readonly Finding[]): readonly Finding[] {
  const errors = distinct(findings).filter(({ level }) => level === 'error');
  return errors.toSorted(byPlace).slice(0, MOST).map(clipped);
}

function byPlace({ location: a }: Finding, { location: b }: Finding): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** A message quotes what the user wrote, however long it is. */
function clipped(finding: Finding): Finding {
  const { message } = finding;
  if (message.length <= LONGEST) return finding;
  return { ...finding, message: `${message.slice(0, LONGEST - 100)}…${message.slice(-100)}` };
}
