import * as z from 'zod';
import { jsonIn } from '../../json.ts';
import { canonicalJson } from '../../oci/canonical.ts';
import { sha256 } from '../../oci/digest.ts';
import { type Artifact, textBlob } from '../../oci/referrer.ts';
import type { Digest } from '../../oci/types.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from '../types.ts';
import type { Package } from './package.ts';

/** Raised when the same image gives other bytes. */
const FORMAT = 1;
const IMAGE = 'SPDXRef-image';
const UNKNOWN = 'NOASSERTION';

export interface SbomOptions {
  readonly image: Digest;
  /** What the image says of its time; the only one that enters. */
  readonly created: string | undefined;
  readonly packages: readonly Package[];
}

/** SPDX 2.3 in JSON (https://spdx.github.io/spdx-spec/v2.3/): the same bytes for the same image, whoever writes it and when. */
export function spdxOf({ image, created, packages }: SbomOptions): string {
  const described = packages.map((one) => [idOf(one), one] as const);
  return canonicalJson({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: image,
    documentNamespace: namespaceOf(image),
    creationInfo: { created: timeOf(created), creators: [`Tool: jobimg-sbom-${FORMAT}`] },
    packages: [imagePackage(image), ...described.map(([id, one]) => packageEntry(id, one))],
    relationships: [
      relationship('SPDXRef-DOCUMENT', 'DESCRIBES', IMAGE),
      ...described.map(([id]) => relationship(IMAGE, 'CONTAINS', id)),
    ],
  });
}

function namespaceOf(image: Digest): string {
  return `https://jobimg.dev/spdx/${FORMAT}/${image.replace(':', '/')}`;
}

/** A document of ours about the image; undefined: it is somebody else's, or about another one. */
export function readSbom(text: string, image: Digest): Artifact | undefined {
  const parsed = SbomBody.safeParse(jsonIn(text));
  if (!parsed.success || parsed.data.documentNamespace !== namespaceOf(image)) return undefined;
  return sbomArtifact(text, parsed.data.packages.length - 1);
}

const SbomBody = z.looseObject({ documentNamespace: z.string(), packages: z.array(z.unknown()) });

export function sbomArtifact(text: string, count: number): Artifact {
  return {
    artifactType: ARTIFACT_TYPE.sbom,
    layers: [
      {
        ...textBlob(text, ARTIFACT_TYPE.sbom),
        annotations: { [EVIDENCE_ANNOTATION.title]: 'sbom.spdx.json' },
      },
    ],
    annotations: new Map([[EVIDENCE_ANNOTATION.description, `packages of pip, conda and dpkg: ${count}`]]),
  };
}

/** Unique within the document, and the same wherever the package is found. */
function idOf({ kind, purl }: Package): string {
  return `SPDXRef-${kind}-${sha256(purl).slice('sha256:'.length, 'sha256:'.length + 16)}`;
}

function imagePackage(image: Digest): object {
  return {
    SPDXID: IMAGE,
    name: 'image',
    versionInfo: image,
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: image.slice('sha256:'.length) }],
  };
}

function packageEntry(id: string, { name, version, purl, license }: Package): object {
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    downloadLocation: UNKNOWN,
    filesAnalyzed: false,
    licenseConcluded: UNKNOWN,
    licenseDeclared: license ?? UNKNOWN,
    copyrightText: UNKNOWN,
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  };
}

function relationship(from: string, type: string, to: string): object {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

/** SPDX knows whole seconds only. */
function timeOf(created: string | undefined): string {
  const time = Date.parse(created ?? '');
  const seconds = Number.isNaN(time) ? 0 : Math.floor(time / 1000);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
