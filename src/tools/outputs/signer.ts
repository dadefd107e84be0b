/** Signs in the name of the workflow. */
export interface Signer {
  /** An in-toto statement; the bundle as JSON, as `gh attestation verify --bundle` reads it. */
  sign(statement: string): Promise<string>;
}
