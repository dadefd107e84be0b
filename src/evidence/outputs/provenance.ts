import { UserError } from '../../errors.ts';
import { canonicalJson } from '../../oci/canonical.ts';
import { isDigest } from '../../oci/digest.ts';
import { parseReference } from '../../oci/reference.ts';
import type { Reference } from '../../oci/types.ts';
import type { RunRecord } from '../../run/record.ts';
import { builderId, commitResource, type EvidenceCaller, invocationOf } from '../caller.ts';
import { imageResource } from '../materials.ts';
import { SLSA_PROVENANCE } from '../provenance.ts';
import { type StatementSubject, statementText } from '../statement.ts';

const BUILD_TYPE = 'https://jobimg.dev/run/v1';

/** Who keeps the record; the rest of a caller stands in it. */
export type ProvenanceCaller = Pick<EvidenceCaller, 'server' | 'hosted' | 'version'>;

/** From what a run made its outputs: as one statement, and in the parts that `actions/attest` takes. */
export interface OutputsProvenance {
  readonly statement: string;
  readonly predicate: string;
  /** As `sha256sum` writes them. */
  readonly checksums: string;
}

/** https://slsa.dev/spec/v1.0/provenance of the outputs of a run; undefined where none was hashed. */
export function outputsProvenance(
  record: RunRecord,
  caller: ProvenanceCaller,
): OutputsProvenance | undefined {
  const files = (record.ended?.files ?? []).filter(({ path }) => isOneLine(path));
  if (files.length === 0) return undefined;
  const predicate = predicateOf(record, evidenceCaller(record, caller));
  const subject = files.map(({ path, sha256 }): StatementSubject => ({ name: path, digest: { sha256 } }));
  return {
    statement: statementText(subject, { predicateType: SLSA_PROVENANCE, predicate }),
    predicate: canonicalJson(predicate),
    checksums: files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''),
  };
}

/** A list of checksums has one line for each file, so a name that would be two of them could name what is not there. */
function isOneLine(path: string): boolean {
  return !/[\r\n]/.test(path);
}

function predicateOf(record: RunRecord, caller: EvidenceCaller): object {
  const { run, started, params, plan, ended } = record;
  const invocationId = invocationOf(caller);
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      // Of a run that an earlier release has started nobody knows them.
      externalParameters: { job: plan.job, ...(params && { params }), command: plan.command },
      internalParameters: { run },
      resolvedDependencies: materialsOf(record, caller),
    },
    runDetails: {
      builder: { id: builderId(caller), version: { jobimg: caller.version } },
      metadata: {
        invocationId,
        startedOn: started,
        ...(ended === undefined ? {} : { finishedOn: ended.at }),
      },
    },
  };
}

function materialsOf({ plan, base }: RunRecord, caller: EvidenceCaller): readonly object[] {
  const commit = commitResource(caller);
  return [
    ...(commit === undefined ? [] : [commit]),
    ...imageMaterial(plan.image),
    ...(base === undefined ? [] : imageMaterial(base)),
  ];
}

/** An image without a digest could be any. */
function imageMaterial(text: string): readonly object[] {
  if (isDigest(text)) return [{ name: 'image', digest: { sha256: text.slice('sha256:'.length) } }];
  const { registry, path, digest } = referenceIn(text) ?? {};
  return digest === undefined ? [] : [imageResource(`${registry}/${path}`, digest)];
}

/** A record may be of another release. */
function referenceIn(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

function evidenceCaller({ repository, commit, github }: RunRecord, caller: ProvenanceCaller): EvidenceCaller {
  return {
    ...caller,
    repository,
    gitSha: commit,
    github: github === undefined ? undefined : { runId: github['run-id'], runAttempt: github.attempt },
  };
}
