/** Who has signed, as the certificate says: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
export interface SignerIdentity {
  /** The file of the workflow at its ref: `https://github.com/acme/train/.github/workflows/train.yml@refs/heads/main`. */
  readonly identity: string;
  /** Who has told the service who that is. */
  readonly issuer: string | undefined;
  /** Of the workflow that was started, which may have called one of another repository: `https://github.com/acme/train`. */
  readonly repository: string | undefined;
  readonly ref: string | undefined;
  readonly commit: string | undefined;
}

/** Who must have signed; what is undefined may be anybody's. */
export interface RequiredSigner {
  /** `acme/train` at github.com, or the address of a repository elsewhere. */
  readonly repository: string | undefined;
  readonly ref: string | undefined;
  readonly identity: string | undefined;
  readonly issuer: string;
}

/** GitHub's, which tells a workflow from a person: https://docs.github.com/en/actions/reference/security/oidc */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Why it is not who must have signed; undefined: it is. */
export function signerRefusal(signer: SignerIdentity, required: RequiredSigner): string | undefined {
  const { identity, issuer, repository, ref } = required;
  if (signer.issuer !== issuer) return unlike('the identity was issued by', signer.issuer, issuer);
  if (repository !== undefined && !isRepository(signer.repository, repository))
    return unlike('it was signed for the repository', signer.repository, repository);
  if (ref !== undefined && signer.ref !== ref) return unlike('it was signed for', signer.ref, ref);
  if (identity !== undefined && signer.identity !== identity)
    return unlike('it was signed by', signer.identity, identity);
  return undefined;
}

function unlike(what: string, found: string | undefined, wanted: string): string {
  return `${what} ${found === undefined ? 'nobody that is named' : `"${found}"`}, and not "${wanted}"`;
}

/** GitHub does not tell capitals apart in names of repositories. */
function isRepository(found: string | undefined, wanted: string): boolean {
  const address = wanted.includes('://') ? wanted : `https://github.com/${wanted}`;
  return found?.toLowerCase() === address.toLowerCase();
}
