import type { Finding } from '../errors.ts';
import { type Verified, verdictOf } from '../verify/verified.ts';
import { findingJson } from './failed/finding-json.ts';
import type { Json } from './plan-json.ts';

/** The outputs of `verify/action.yml`, by its names. */
export const VERIFY_OUTPUTS = ['verdict', 'result'] as const;

export function verifyJson(verified: Verified): Json {
  return {
    verdict: verdictOf(verified),
    images: verified.images.map(({ tag, platform, published, rebuilt, verdict }) => ({
      tag,
      ...(platform === undefined ? {} : { platform }),
      published,
      rebuilt,
      verdict,
    })),
    findings: verified.findings.map(findingJson),
  };
}

export function verifyOutputs(verified: Verified): ReadonlyMap<(typeof VERIFY_OUTPUTS)[number], string> {
  return new Map([
    ['verdict', verdictOf(verified)],
    ['result', JSON.stringify(verifyJson(verified))],
  ]);
}

/** What later steps read of a verification that ended without a verdict. */
export function verifyFailureOutputs(
  findings: readonly Finding[],
): ReadonlyMap<(typeof VERIFY_OUTPUTS)[number], string> {
  return new Map([
    ['result', JSON.stringify({ verdict: null, images: [], findings: findings.map(findingJson) })],
  ]);
}

/** Another packing is a warning: the contents are what the commit gives. */
export function verifyExitCode(verified: Verified): number {
  return verdictOf(verified) === 'different' ? 1 : 0;
}
