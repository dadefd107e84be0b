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

/** As much as is read of what `provenance.ts` writes, and of what others write about the same. */
const Origin = z.object({
  predicate: z.object({
    buildDefinition: z.object({
      externalParameters: z.object({
        job: z.string(),
        params: z.record(z.string(), z.string()).optional(),
      }),
      internalParameters: z.object({ run: z.string() }),
      resolvedDependencies: z.array(
        z.object({
          uri: z.string().optional(),
          name: z.string().optional(),
          digest: z.record(z.string(), z.string()),
        }),
      ),
    }),
  }),
});

/** Whether a statement is about the file. */
export function isAbout(statement: string, digest: Digest): boolean {
  const hash = digest.slice('sha256:'.length);
  return readJson(Statement, statement)?.subject.some((one) => one.digest.sha256 === hash) === true;
}

/** From what a statement says that its subjects were made. */
export interface StatedOrigin {
  readonly run: string;
  readonly job: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly commit: string | undefined;
  readonly image: string | undefined;
}

/** undefined: the statement says something else. */
export function statedOrigin(statement: string): StatedOrigin | undefined {
  const definition = readJson(Origin, statement)?.predicate.buildDefinition;
  if (definition === undefined) return undefined;
  const { externalParameters, internalParameters, resolvedDependencies } = definition;
  const image = resolvedDependencies.find(({ digest }) => digest['sha256'] !== undefined);
  return {
    ...externalParameters,
    run: internalParameters.run,
    commit: resolvedDependencies.find(({ digest }) => digest['gitCommit'] !== undefined)?.digest['gitCommit'],
    image:
      image &&
      `${image.uri === undefined ? '' : `${image.uri.replace(/^docker:\/\//, '')}@`}sha256:${image.digest['sha256']}`,
  };
}

/**
 * Who says that they have signed something about the file: `https://github.com/acme/train/.github/workflows/…`. Nothing of it
 * is checked. undefined: it is about other files, or no bundle that can be read.
 */
export function claimedSigner(bundle: string, digest: Digest): string | undefined {
  const payload = readJson(Bundle, bundle)?.dsseEnvelope.payload;
  const certificate = certificateBytes(bundle);
  if (payload === undefined || certificate === undefined) return undefined;
  return isAbout(Buffer.from(payload, 'base64').toString('utf8'), digest) ? nameIn(certificate) : undefined;
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

/** Of whoever says that they have signed it; undefined: no bundle that can be read. */
export function certificateBytes(bundle: string): Uint8Array | undefined {
  const text = readJson(Bundle, bundle)?.verificationMaterial.certificate.rawBytes;
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}
