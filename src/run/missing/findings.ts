import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { type MissingDependency, otherRemedy, packagesFor } from './dependency.ts';

/** What a failed run said that its image lacks, each at the place of the spec where it can be added. */
export function lackFindings(lacks: readonly MissingDependency[], job: Job): readonly Finding[] {
  const location = job.origins.get('image.apt') ?? job.origins.get('image') ?? { file: job.spec };
  const packages = lacks.flatMap(packagesFor);
  return lacks.map((lack) => ({
    level: 'error',
    code: 'image-lacks',
    message: `the image has no ${lack.kind === 'library' || lack.kind === 'program' ? `"${lack.name}"` : lack.name}`,
    hint: packagesFor(lack).length === 0 ? otherRemedy(lack, 'run') : aptHint(packages, job),
    location,
  }));
}

/** All that is missing at once, beside what is there, so that the line can be taken as it stands. */
function aptHint(packages: readonly string[], { image }: Job): string {
  if (image.kind === 'given') {
    return `put it into the image, or build on it: image: { base: …, apt: [${listed(packages)}] }`;
  }
  return `write image: { apt: [${listed([...(image.apt ?? []), ...packages])}] }`;
}

function listed(names: readonly string[]): string {
  return [...new Set(names)].sort().join(', ');
}

/**
 * What a failed step of a build lacked, in one hint; undefined when it said nothing of the kind. What the spec adds comes
 * too late for an instruction of a user's own Dockerfile.
 */
export function lackHint(lacks: readonly MissingDependency[], isOurs: boolean): string | undefined {
  const [first] = lacks;
  if (first === undefined) return undefined;
  const packages = lacks.flatMap(packagesFor);
  if (!isOurs) return ownHint(first, packages);
  return packages.length === 0 ? otherRemedy(first, 'build') : `write image: { apt: [${listed(packages)}] }`;
}

function ownHint({ kind, name }: MissingDependency, packages: readonly string[]): string | undefined {
  if (kind === 'compiler') return 'install it before this line: apt-get install --yes build-essential';
  if (packages.length === 0) return undefined;
  return `install "${name}" before this line: apt-get install --yes ${packages.join(' ')}`;
}
