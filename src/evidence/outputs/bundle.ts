import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { readJson } from '../../json.ts';
import type { Digest } from '../../oci/types.ts';

/** As much as is read of https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto */
const Bundle = z.object({
  dsseEnvelope: z.object({ payload: z.base64() }),
  verificationMaterial: z.object({ certificate: z.object({ rawBytes: z.base64() }) }),
});
const Statement = z.object({
  subject: z.array(z.object({ digest: z.object({ sha256: z.string().optional() }) })),
});

/**
 * Who says that they have signed something about the file: `https://github.com/acme/train/.github/workflows/…`. Nothing of it
 * is checked. undefined: it is about other files, or no bundle that can be read.
 */
export function claimedSigner(bundle: string, digest: Digest): string | undefined {
  const { dsseEnvelope, verificationMaterial } = readJson(Bundle, bundle) ?? {};
  if (dsseEnvelope === undefined || verificationMaterial === undefined) return undefined;
  const statement = readJson(Statement, Buffer.from(dsseEnvelope.payload, 'base64').toString('utf8'));
  const hash = digest.slice('sha256:'.length);
  if (!statement?.subject.some((one) => one.digest.sha256 === hash)) return undefined;
  return nameIn(Buffer.from(verificationMaterial.certificate.rawBytes, 'base64'));
}

function nameIn(certificate: Uint8Array): string | undefined {
  try {
    const { subjectAltName = '' } = new X509Certificate(certificate);
    return /^URI:(\S+)$/.exec(subjectAltName)?.[1];
  } catch (error) {
    // OpenSSL has a code for each of the ways in which bytes are no certificate.
    if (typeof error !== 'object' || error === null || !('code' in error)) throw error;
    return undefined;
  }
}
