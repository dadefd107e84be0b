import { UserError } from '../../errors.ts';

/**
 * What is said of an image that may not be pushed without a tag: by a builder, or by a registry that knows no manifest
 * under its digest, in the words of containerd and with the codes of
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes. A right that is missing is none of it.
 */
const REFUSED =
  /push-by-digest|failed to push[\s\S]*(?:unexpected status(?: from PUT request to \S+)?:? 4(?:0[0456]|15|22)\b|(?:manifest|tag|name)[_ ]invalid|unsupported)/i;

/** Whether it says that this builder pushes nothing by its digest. */
export function refusesDigest(error: unknown): error is UserError {
  return error instanceof UserError && error.findings.some(({ message }) => REFUSED.test(message));
}
