import { type Bundle, bundleToJSON } from '@sigstore/bundle';
import {
  CIContextProvider,
  DSSEBundleBuilder,
  FulcioSigner,
  type IdentityProvider,
  InternalError,
  RekorWitness,
  TSAWitness,
  type Witness,
} from '@sigstore/sign';
import { UserError } from '../../errors.ts';
import type { SigningServices } from './services.ts';
import { STATEMENT_TYPE } from './statement-type.ts';

/** Milliseconds for one request; a busy service is asked this many times more. */
const TIMEOUT = 30_000;
const RETRIES = 3;

/** Signs a statement by a certificate that lives for minutes and names the workflow; the bundle as JSON. */
export async function signStatement(
  statement: string,
  services: SigningServices,
  identityProvider: IdentityProvider,
): Promise<string> {
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({ fulcioBaseURL: services.fulcio, identityProvider, ...LIMITS }),
    witnesses: [witnessOf(services)],
  });
  try {
    const data = Buffer.from(statement);
    const bundle: Bundle = await builder.create({ data, type: STATEMENT_TYPE });
    return JSON.stringify(bundleToJSON(bundle));
  } catch (error) {
    if (!(error instanceof InternalError)) throw error;
    throw notSigned(error);
  }
}

/** As the runner tells by a token for this one purpose, to a job with the right to it. */
export function workflowIdentity(): IdentityProvider {
  return new CIContextProvider('sigstore');
}

const LIMITS = { timeout: TIMEOUT, retry: RETRIES };

/** Who says when it was signed, for whoever verifies after the certificate has ended. */
function witnessOf({ rekor, timestamps }: SigningServices): Witness {
  if (rekor !== undefined) return new RekorWitness({ rekorBaseURL: rekor, fetchOnConflict: true, ...LIMITS });
  return new TSAWitness({ tsaBaseURL: timestamps, ...LIMITS });
}

function notSigned(error: InternalError): UserError {
  const { cause } = error;
  const why = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  return new UserError(`${error.message}${why}`, {
    kind: 'unavailable',
    code: 'attestation',
    hint: 'run `actions/attest` with the files in `provenance/`, or run the workflow again',
    cause: error,
  });
}
