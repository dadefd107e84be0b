import type { SignerIdentity } from '../../evidence/outputs/signer.ts';

/** What was signed, and by whom; why nothing of it is to be believed; or why nobody could tell. */
export type CheckedSignature =
  | { readonly kind: 'verified'; readonly statement: string; readonly signer: SignerIdentity }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string; readonly hint: string | undefined };

/** Checks a bundle, of which nothing is trusted. */
export type SignatureCheck = (bundle: string) => Promise<CheckedSignature>;
