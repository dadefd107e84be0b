/** What an artifact beside an image is, for those who list them. */
export const ARTIFACT_TYPE = {
  /** https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md has the type of a statement by itself. */
  statement: 'application/vnd.in-toto+json',
  sbom: 'application/spdx+json',
  record: 'application/vnd.jobimg.run.v1+json',
  /** What another place is to run. */
  plan: 'application/vnd.jobimg.plan.v1+json',
  outputs: 'application/vnd.jobimg.outputs.v1',
  /** What the files of an image say of GPUs. */
  measured: 'application/vnd.jobimg.gpu-code.v1+json',
} as const;

export const EVIDENCE_ANNOTATION = {
  /** As BuildKit names it: https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md */
  predicateType: 'in-toto.io/predicate-type',
  description: 'org.opencontainers.image.description',
  title: 'org.opencontainers.image.title',
  run: 'dev.jobimg.run',
  job: 'dev.jobimg.job',
  /** Of a file that can be executed. */
  executable: 'dev.jobimg.executable',
} as const;
