import { PACKAGE_OF_MODULE } from '../../data/modules.ts';
import type { Finding, Location } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { type MissingDependency, otherRemedy, packagesFor } from './dependency.ts';

/** What a failed run said that its image lacks, each at the place of the spec where it can be added. */
export function lackFindings(lacks: readonly MissingDependency[], job: Job): readonly Finding[] {
  return lacks.map((lack) => ({
    level: 'error',
    code: 'image-lacks',
    message: `the image has no ${called(lack)}`,
    hint: hintFor(lack, lacks, job),
    location: locationFor(lack, job),
  }));
}

function called({ kind, name }: MissingDependency): string {
  if (kind === 'module') return `module "${name}"`;
  return kind === 'library' || kind === 'program' ? `"${name}"` : name;
}

function hintFor(lack: MissingDependency, lacks: readonly MissingDependency[], job: Job): string {
  if (lack.kind === 'module') return packagesHint(lacks, job);
  const packages = packagesFor(lack);
  return packages.length === 0 ? otherRemedy(lack, 'run') : aptHint(lacks.flatMap(packagesFor), job);
}

function locationFor({ kind }: MissingDependency, { origins, spec }: Job): Location {
  const fields = kind === 'module' ? ['image.packages', 'image.requirements'] : ['image.apt'];
  const [written] = [...fields, 'image'].flatMap((field) => origins.get(field) ?? []);
  return written ?? { file: spec };
}

function packagesHint(lacks: readonly MissingDependency[], { image }: Job): string {
  const missing = lacks.flatMap(({ kind, name }) =>
    kind === 'module' ? (PACKAGE_OF_MODULE.get(name) ?? name) : [],
  );
  if (image.kind === 'given')
    return `put it into the image, or build on it: image: { base: …, packages: [${listed(missing)}] }`;
  if (image.dockerfile !== undefined) return `install ${listed(missing)} in ${image.dockerfile.path}`;
  const all = listed([...image.packages, ...missing]);
  return `add ${listed(missing)} to the file of dependencies, or write image: { packages: [${all}] }`;
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
  if (kind === 'module') return `install ${PACKAGE_OF_MODULE.get(name)} before this line`;
  if (packages.length === 0) return undefined;
  return `install "${name}" before this line: apt-get install --yes ${packages.join(' ')}`;
}
