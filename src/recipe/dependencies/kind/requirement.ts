import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { parsePackage } from '../../../jobspec/values/packages.ts';
import { foreignPackage } from '../requirements/foreign-package.ts';

/** Requirements as a table of metadata lists them, checked one by one; undefined when one cannot be used. */
export function readRequirements(
  texts: readonly string[],
  location: Location,
  findings: Findings,
): readonly string[] | undefined {
  const read = texts.map((text) =>
    findings.attempt(location, () => parsePackage(text.trim().replace(/[ \t]+/g, ' '))),
  );
  const requirements = read.filter((requirement) => requirement !== undefined);
  const local = requirements.filter((requirement) => /@ ?file:/i.test(requirement));
  for (const requirement of local) {
    findings.error('local-requirement', `"${requirement}" is a folder or file that only one machine has`, {
      hint: 'install the repository itself with image: { install: project }, or write a version that an index has',
      at: location,
    });
  }
  const foreign = requirements.filter(
    (requirement) => !local.includes(requirement) && foreignPackage(requirement),
  );
  for (const requirement of foreign) refuseForeign(requirement, location, findings);
  const areAll = requirements.length === texts.length && local.length + foreign.length === 0;
  return areAll ? requirements : undefined;
}

function refuseForeign(requirement: string, at: Location, findings: Findings): void {
  const { code, is, hint } = foreignPackage(requirement) ?? {};
  if (code !== undefined) findings.error(code, `"${requirement}" ${is}`, { hint, at });
}

/** The first requirement that pip fetches by git. */
export function fetchedByGit(requirements: readonly string[]): string | undefined {
  return requirements.find((requirement) => /(?:^|[\s@])git\+/.test(requirement));
}
