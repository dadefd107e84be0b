import { type Bundle, type BundleWithDsseEnvelope, bundleFromJSON } from '@sigstore/bundle';
import { X509Certificate } from '@sigstore/core';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier, type VerifierOptions } from '@sigstore/verify';
import type { SignerIdentity } from '../../evidence/outputs/signer.ts';
import { STATEMENT_TYPE } from './statement-type.ts';

/** What was signed, and by whom; or why nothing of it is to be believed. */
export type CheckedBundle =
  | { readonly kind: 'verified'; readonly statement: string; readonly signer: SignerIdentity }
  | { readonly kind: 'refused'; readonly why: string };

/** https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
const EXTENSION = {
  issuer: '1.3.6.1.4.1.57264.1.8',
  repository: '1.3.6.1.4.1.57264.1.12',
  commit: '1.3.6.1.4.1.57264.1.13',
  ref: '1.3.6.1.4.1.57264.1.14',
} as const;

/** Checks signature, certificate, and when it was made, by roots that each are trusted: one of them has to hold. */
export function checkBundle(text: string, roots: readonly TrustedRoot[]): CheckedBundle {
  let refusal: CheckedBundle = { kind: 'refused', why: 'no root of trust is known for it' };
  for (const root of roots) {
    const checked = checkedBy(text, root);
    if (checked.kind === 'verified') return checked;
    refusal = checked;
  }
  return refusal;
}

/** Whatever the library throws for a stranger's bytes, they are not verified. */
function checkedBy(text: string, root: TrustedRoot): CheckedBundle {
  try {
    const bundle = withStatement(bundleFromJSON(JSON.parse(text)));
    const certificate = certificateOf(bundle);
    new Verifier(toTrustMaterial(root), thresholds(root)).verify(toSignedEntity(bundle));
    const { payload } = bundle.content.dsseEnvelope;
    return { kind: 'verified', statement: payload.toString('utf8'), signer: signerOf(certificate) };
  } catch (error) {
    return { kind: 'refused', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A root without a public log is of a service that has a witness of its own for the time, as GitHub's is. */
function thresholds({ tlogs, ctlogs }: TrustedRoot): VerifierOptions {
  const isLogged = tlogs.length > 0;
  return {
    tlogThreshold: isLogged ? 1 : 0,
    tsaThreshold: isLogged ? 0 : 1,
    ctlogThreshold: ctlogs.length > 0 ? 1 : 0,
  };
}

function withStatement(bundle: Bundle): BundleWithDsseEnvelope {
  const { content } = bundle;
  if (content.$case !== 'dsseEnvelope' || content.dsseEnvelope.payloadType !== STATEMENT_TYPE)
    throw new Error('it contains no statement');
  return { ...bundle, content };
}

function certificateOf({ verificationMaterial: { content } }: Bundle): X509Certificate {
  const [first] = content.$case === 'x509CertificateChain' ? content.x509CertificateChain.certificates : [];
  const bytes = content.$case === 'certificate' ? content.certificate.rawBytes : first?.rawBytes;
  if (bytes === undefined)
    throw new Error('it was signed by a key without a certificate, which names nobody');
  return X509Certificate.parse(bytes);
}

function signerOf(certificate: X509Certificate): SignerIdentity {
  const identity = certificate.subjectAltName;
  if (identity === undefined) throw new Error('its certificate names nobody');
  const text = (oid: string) => certificate.extension(oid)?.valueObj.subs[0]?.value.toString('utf8');
  return {
    identity,
    issuer: text(EXTENSION.issuer),
    repository: text(EXTENSION.repository),
    ref: text(EXTENSION.ref),
    commit: text(EXTENSION.commit),
  };
}
