import type { Finding } from '../../errors.ts';
import { findingTable } from './finding-table.ts';
import { joinSections } from './sections.ts';

/** A run that failed before there was a result still says why. */
export function renderFailure(findings: readonly Finding[]): string {
  return joinSections(['## jobimg', findingTable(findings)]);
}
