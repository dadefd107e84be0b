import type { Repository } from '../../oci/types.ts';

/** One entry of https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
export interface RegistryProblem {
  readonly code: string;
  readonly message: string;
  readonly detail: string;
}

/** An answer that says no, as far as it decides what its reader can do. */
export interface DeniedAnswer {
  readonly status: number;
  readonly problems: readonly RegistryProblem[];
  readonly repository: Repository;
  readonly pushing: boolean;
  /** Whether credentials went along. */
  readonly known: boolean;
}

const LOST_CODES = new Set([
  'BLOB_UNKNOWN',
  'BLOB_UPLOAD_UNKNOWN',
  'MANIFEST_BLOB_UNKNOWN',
  'MANIFEST_UNKNOWN',
]);
/** ECR, Harbor, Quay, Nexus, Artifact Registry and GitLab, each in its own words. */
const IMMUTABLE =
  /immutab|TAG_ALREADY_EXISTS|cannot be overwritten|does not allow updating|protected tag|REGISTRY_DISALLOWED_OPERATION/i;

export const IMMUTABLE_HINT =
  'the registry does not let this tag be written again: exempt the tags that move (`latest`, `<job>.last`, `*.tmp`) from ' +
  'that rule, or delete the tag';

/** What to do next; the registry's own code says more than the status. */
export function hintFor(refused: DeniedAnswer): string | undefined {
  const { status, problems, repository, pushing } = refused;
  if (pushing && problems.some(({ code }) => LOST_CODES.has(code)))
    return 'the registry is missing a part that was sent to it: try again, and check its storage if it happens twice';
  if (pushing && isImmutable(problems)) return IMMUTABLE_HINT;
  if (status === 404 && pushing) return `create the repository "${repository.path}" in the registry first`;
  return status === 401 || status === 403 ? hintForDenial(refused) : undefined;
}

function isImmutable(problems: readonly RegistryProblem[]): boolean {
  return problems.some(({ code, message, detail }) => IMMUTABLE.test(`${code} ${message} ${detail}`));
}

function hintForDenial(refused: DeniedAnswer): string {
  const { problems, repository, pushing, known } = refused;
  const { registry, path } = repository;
  const login = `log in to ${registry} before this, or give its credentials in \`registry-auth\``;
  if (!known)
    return pushing
      ? login
      : `check the name, because access to what does not exist may be denied too; otherwise ${login}`;
  const words = problems.map(({ message }) => message).join(' ');
  if (/permission_denied: \w+_package/.test(words)) return packageHint(refused);
  if (registry === 'ghcr.io' || words.includes('installation not allowed')) return permissionsHint(refused);
  const right = `that the credentials given for ${registry} may ${pushing ? 'push to' : 'read'} "${path}"`;
  return pushing ? `check ${right}` : `check the name, and ${right}`;
}

/** https://docs.github.com/packages/managing-github-packages-using-github-actions-workflows/publishing-and-installing-a-package-with-github-actions */
function permissionsHint({ pushing }: DeniedAnswer): string {
  return `add "permissions: { contents: read, packages: ${pushing ? 'write' : 'read'} }" to the job; a package of another repository must also let this one in: "Package settings" → "Manage Actions access"`;
}

/** https://docs.github.com/packages/learn-github-packages/configuring-a-packages-access-control-and-visibility */
function packageHint({ repository, pushing }: DeniedAnswer): string {
  const [role, permission] = pushing ? ['Write', 'write'] : ['Read', 'read'];
  return (
    `the package "${repository.path}" does not let this repository in: add it with the role ${role} at "Package settings" → ` +
    '"Manage Actions access" of the package, or link the two by an image with the label org.opencontainers.image.source; ' +
    `the job needs "permissions: { contents: read, packages: ${permission} }" too`
  );
}
