import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { claimedSigner, isAbout, statedOrigin } from '../../evidence/outputs/bundle.ts';
import { type RequiredSigner, signerRefusal } from '../../evidence/outputs/signer.ts';
import { BUNDLE, PROVENANCE } from '../../host/runs/provenance-files.ts';
import { readTextFile } from '../../io/fs/text-file.ts';
import type { Digest } from '../../oci/types.ts';
import type { ShownOrigin, ShownSignature } from '../../report/command/file-origin.ts';
import type { CheckedSignature, SignatureCheck } from '../../tools/outputs/signature-check.ts';

/** About which file somebody has to have signed, and who. */
export interface WantedSignature {
  readonly digest: Digest;
  readonly required: RequiredSigner;
  readonly check: SignatureCheck;
}

/** A bundle that was read. */
export interface ReadBundle {
  readonly path: string;
  readonly text: string;
}

export async function readBundle(path: string): Promise<ReadBundle> {
  const text = await readTextFile(path);
  if (text !== undefined) return { path, text };
  throw new UserError(`there is no file "${path}"`, { hint: 'give --bundle a file that is there' });
}

/** The bundle that a run has beside its outputs, if it says that it is about the file. */
export async function bundleOfRun(
  folder: string | undefined,
  digest: Digest,
): Promise<ReadBundle | undefined> {
  if (folder === undefined) return undefined;
  const path = join(folder, PROVENANCE, BUNDLE);
  const text = await readTextFile(path);
  return text === undefined || claimedSigner(text, digest) === undefined ? undefined : { path, text };
}

/** Whether it is right, about the file, and by whom it has to be. */
export async function signatureIn(bundle: ReadBundle, wanted: WantedSignature): Promise<ShownSignature> {
  return shownAs(bundle, await wanted.check(bundle.text), wanted);
}

/** What a bundle tells of the run, where no record names the file. */
export async function statedBy(
  bundle: ReadBundle,
  path: string,
  wanted: WantedSignature,
): Promise<ShownOrigin> {
  const checked = await wanted.check(bundle.text);
  const signed = shownAs(bundle, checked, wanted);
  const isRight = checked.kind === 'verified' && signed.kind === 'verified';
  const stated = isRight ? statedOrigin(checked.statement) : undefined;
  return { run: stated?.run ?? 'not known', path, stated, image: stated?.image ?? 'not known', signed };
}

function shownAs(
  { path: bundle, text }: ReadBundle,
  checked: CheckedSignature,
  { digest, required }: WantedSignature,
): ShownSignature {
  const claimed = claimedSigner(text, digest);
  if (checked.kind === 'unknown') return { ...checked, bundle, claimed };
  const why = checked.kind === 'refused' ? checked.why : refusalOf(checked, digest, required);
  if (checked.kind === 'refused' || why !== undefined)
    return { kind: 'refused', bundle, claimed, why: why ?? '', hint: undefined };
  return { kind: 'verified', bundle, signer: checked.signer };
}

function refusalOf(
  { statement, signer }: Extract<CheckedSignature, { kind: 'verified' }>,
  digest: Digest,
  required: RequiredSigner,
): string | undefined {
  return isAbout(statement, digest) ? signerRefusal(signer, required) : 'it is about other files';
}
