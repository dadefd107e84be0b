import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { GITHUB_ISSUER, type RequiredSigner } from '../../evidence/outputs/signer.ts';

/** How the signature about a file is checked. */
export interface FileSignature {
  /** Absolute; undefined: the one that a run on this machine has beside the file. */
  readonly bundle: string | undefined;
  readonly trustedRoot: string | undefined;
  readonly required: RequiredSigner;
  /** Whether the file has to be signed. */
  readonly isRequired: boolean;
}

/** Called as by `gh attestation verify`. */
export interface FileSignatureOptions {
  readonly bundle?: string;
  readonly trustedRoot?: string;
  readonly repo?: string;
  readonly sourceRef?: string;
  readonly certIdentity?: string;
  readonly certOidcIssuer?: string;
}

export function fileSignature(options: FileSignatureOptions, cwd: string): FileSignature {
  const { bundle, trustedRoot, repo, sourceRef, certIdentity, certOidcIssuer } = options;
  return {
    bundle: bundle === undefined ? undefined : resolve(cwd, bundle),
    trustedRoot: trustedRoot === undefined ? undefined : resolve(cwd, trustedRoot),
    required: {
      repository: repositoryOf(repo),
      ref: sourceRef,
      identity: certIdentity,
      issuer: certOidcIssuer ?? GITHUB_ISSUER,
    },
    isRequired: [bundle, trustedRoot, repo, sourceRef, certIdentity, certOidcIssuer].some(
      (value) => value !== undefined,
    ),
  };
}

function repositoryOf(text: string | undefined): string | undefined {
  if (text === undefined || /^(https:\/\/[^/\s]+\/)?[\w.-]+\/[\w.-]+$/.test(text)) return text;
  throw new UserError(`--repo is "${text}", which is no repository of GitHub`, {
    kind: 'usage',
    hint: 'write --repo acme/train, or its address',
  });
}
