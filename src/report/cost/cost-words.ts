import type { JobCost, PackageChange } from '../../cost/cost.ts';
import { printBytes } from '../../disk/bytes.ts';

/** What becomes of the environment of a job. */
export const MADE_WORDS: Readonly<Record<JobCost['made'], string>> = {
  environment: 'built anew',
  code: 'stays, the code is new',
  nothing: 'stays, with its code',
  given: 'an image that is used as it is',
  unknown: 'not known',
};

/** What every machine fetches that has the last image of the job. */
export function pullWords({ made, pull, code }: JobCost): string {
  if (made === 'nothing' || made === 'given') return 'nothing new';
  if (made === 'unknown') return 'not known';
  const layer = code === undefined ? undefined : `at most ${printBytes(code.bytes)}`;
  if (made === 'code') return `the code layer alone${layer === undefined ? '' : `, ${layer}`}`;
  const environment = environmentBytes(pull);
  return layer === undefined ? environment : `${environment}, and ${layer} of code`;
}

/** What no image tells yet is told by the one before it. */
function environmentBytes({ base, before, packages }: NonNullable<JobCost['pull']> = {}): string {
  if (before !== undefined) return `about ${printBytes((base ?? 0) + before)}`;
  const least = (base ?? 0) + (packages ?? 0);
  return least === 0 ? 'not known before it is built' : `at least ${printBytes(least)}`;
}

/** How many lines of packages stand in view. */
const IN_VIEW = 12;

/** What can be said of the packages of an environment that is built anew, but for the changes themselves. */
export function packageNote({ packages }: JobCost): string | undefined {
  if (packages === undefined) return undefined;
  if (packages.kind === 'at-build') return 'resolved at build: no lock says which versions';
  if (packages.kind === 'unknown')
    return 'not compared: the files that pin them, or those before the change, cannot be read';
  const { changes, more, whole } = packages;
  const rest = whole ? '' : '; what is not pinned is resolved at build';
  if (changes.length === 0) return `no pinned version changes${rest}`;
  const count = changes.length + more;
  return `${count} ${count === 1 ? 'package changes' : 'packages change'}${rest}`;
}

export function changesInView(changes: readonly PackageChange[]): boolean {
  return changes.length <= IN_VIEW;
}
