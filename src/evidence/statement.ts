import { canonicalJson } from '../oci/canonical.ts';
import { type Artifact, textBlob } from '../oci/referrer.ts';
import type { Image } from '../oci/types.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from './types.ts';

interface StatementOptions {
  readonly predicateType: string;
  readonly predicate: object;
  /** For who lists artifacts. */
  readonly description: string;
}

/** What a statement is about. */
export interface StatementSubject {
  readonly name: string;
  /** Hex. */
  readonly digest: { readonly sha256: string };
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export function statementText(
  subject: readonly StatementSubject[],
  { predicateType, predicate }: Pick<StatementOptions, 'predicateType' | 'predicate'>,
): string {
  return canonicalJson({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate });
}

/** A statement about one image, not signed. */
export function statementAbout(image: Image, options: StatementOptions): Artifact {
  const { predicateType, predicate, description } = options;
  const { registry, path, digest } = image;
  const subject = { name: `${registry}/${path}`, digest: { sha256: digest.slice('sha256:'.length) } };
  const statement = statementText([subject], { predicateType, predicate });
  const annotations = { [EVIDENCE_ANNOTATION.predicateType]: predicateType };
  return {
    artifactType: ARTIFACT_TYPE.statement,
    layers: [{ ...textBlob(statement, ARTIFACT_TYPE.statement), annotations }],
    annotations: new Map([
      ...Object.entries(annotations),
      [EVIDENCE_ANNOTATION.description, description] as const,
    ]),
  };
}
