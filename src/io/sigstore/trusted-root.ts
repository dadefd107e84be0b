import { TrustedRoot } from '@sigstore/protobuf-specs';
import { getTrustedRoot, TUFError } from '@sigstore/tuf';
import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { jsonIn } from '../../json.ts';

/** Milliseconds for one request, and how many times more it is tried. */
const LIMITS = { timeout: 5_000, retry: { retries: 2 } };

/** The rest is read by the library, which takes what is missing for empty. */
const Shape = z.looseObject({ certificateAuthorities: z.array(z.looseObject({})) });

interface Mirror {
  readonly mirrorURL: string;
  /** What is trusted of it at first. */
  readonly rootPath: string;
}

/** Those of the public services as they are now: whoever keeps them may have taken one back. undefined of `mirror`: theirs. */
export async function publicRoot(cachePath: string, mirror?: Mirror): Promise<TrustedRoot> {
  try {
    return await getTrustedRoot({ cachePath, ...LIMITS, ...mirror });
  } catch (error) {
    if (!(error instanceof TUFError)) throw error;
    const cause: unknown = error.cause;
    const why = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
    throw new UserError(`the roots of trust of Sigstore cannot be had: ${error.message}${why}`, {
      kind: 'unavailable',
      code: 'trusted-root',
      hint: 'try again with a network, or give a file of them: --trusted-root trusted_root.json',
      cause: error,
    });
  }
}

/** As `gh attestation trusted-root` and cosign write them: one JSON, or one in each line. */
export function trustedRootsIn(text: string, path: string): readonly TrustedRoot[] {
  const whole = jsonIn(text);
  const values = whole === undefined ? linesOf(text).map(jsonIn) : [whole];
  return values.map((value) => trustedRootOf(value, path));
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

function trustedRootOf(value: unknown, path: string): TrustedRoot {
  try {
    return TrustedRoot.fromJSON(Shape.parse(value));
  } catch (error) {
    throw new UserError(`"${path}" has no roots of trust`, {
      code: 'trusted-root',
      hint: 'write it by `gh attestation trusted-root > trusted_root.jsonl`',
      cause: error,
    });
  }
}
