/** https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
export const STATEMENT_TYPE = 'application/vnd.in-toto+json';
