import type { Location } from '../errors.ts';
import type { Findings } from '../findings.ts';
import { type PyValue, shown } from './python/value.ts';

/** Told for whatever the jobimg.yml does not say: what it is, and what to do. */
export const NOT_CONVERTED = 'not-converted';

export function report(message: string, at: Location, findings: Findings): void {
  findings.warning(NOT_CONVERTED, message, { at });
}

/** A value that only Python knows. */
export function reportComputed(what: string, value: PyValue, findings: Findings): void {
  report(`${what}: Python computes the value "${shown(value)}", write it yourself`, value.at, findings);
}
