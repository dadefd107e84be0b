import { UserError } from '../../errors.ts';
import { printReference } from '../../oci/reference.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { SECRET_VARIABLES } from '../../recipe/dockerfile/frontend.ts';

/** What a frontend says that sets no variables from secrets; it has built nothing then. */
const REFUSED = /unexpected key 'env' in 'env=|unknown flag: (?:--)?mount\b/i;

/** Whether it says that the frontend of the Dockerfile knows no mounts of secrets as variables. */
export function refusesMounts(error: unknown): error is UserError {
  return error instanceof UserError && error.findings.some(({ message }) => REFUSED.test(message));
}

export function withoutCertificates({ ownPath, frontend }: BuildPlan): string {
  const release = `docker/dockerfile:${SECRET_VARIABLES.join('.')}`;
  const [is, write] =
    frontend === undefined
      ? ["the builder's own is older", 'write "# syntax=docker/dockerfile:1" as its first line']
      : [`"${printReference(frontend, { familiar: true })}" is older`, 'name such a one in "# syntax"'];
  return `RUN of "${ownPath}" does not get the certificates of this machine, which takes the frontend ${release} or newer, and ${is}: ${write}`;
}
