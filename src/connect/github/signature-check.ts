import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { askedOnce } from '../../asked-once.ts';
import { UserError } from '../../errors.ts';
import { certificateBytes } from '../../evidence/outputs/bundle.ts';
import { cacheFolder } from '../../io/fs/folders.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Variables } from '../../io/process/exec.ts';
import type { SignatureCheck } from '../../tools/outputs/signature-check.ts';

interface Trust {
  readonly env: Variables;
  /** A file with roots of trust; undefined: those of the public services, as they are now. */
  readonly trustedRoot: string | undefined;
}

/** What checks signatures, with the libraries of Sigstore, which nothing else loads. */
export function connectSignatureCheck(trust: Trust): SignatureCheck {
  return askedOnce(async (bundle) => {
    try {
      const [{ checkBundle }, roots] = await Promise.all([
        import('../../io/sigstore/verify.ts'),
        trustedRoots(bundle, trust),
      ]);
      return checkBundle(bundle, roots);
    } catch (error) {
      if (!(error instanceof UserError) || error.kind !== 'unavailable') throw error;
      return { kind: 'unknown', why: error.message, hint: error.findings[0]?.hint };
    }
  });
}

async function trustedRoots(bundle: string, { env, trustedRoot }: Trust) {
  const { publicRoot, trustedRootsIn } = await import('../../io/sigstore/trusted-root.ts');
  if (trustedRoot !== undefined) return trustedRootsIn(await fileOf(trustedRoot), trustedRoot);
  if (isOfOtherServices(bundle)) throw otherServices();
  return [await publicRoot(join(cacheFolder(env), 'sigstore'))];
}

async function fileOf(path: string): Promise<string> {
  const text = await readTextFile(path);
  if (text !== undefined) return text;
  throw new UserError(`there is no file "${path}"`, { hint: 'give --trusted-root a file that is there' });
}

/** Whose roots the public ones are not. What is no certificate is left to the check. */
function isOfOtherServices(bundle: string): boolean {
  const bytes = certificateBytes(bundle);
  if (bytes === undefined) return false;
  try {
    return !/^O=sigstore\.dev$/m.test(new X509Certificate(bytes).issuer);
  } catch {
    return false;
  }
}

function otherServices(): UserError {
  return new UserError('it was signed by other services than those of everybody', {
    kind: 'unavailable',
    code: 'trusted-root',
    hint: 'give their roots of trust, for GitHub: gh attestation trusted-root > roots.jsonl, then --trusted-root roots.jsonl',
  });
}
