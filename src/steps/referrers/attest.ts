import type { Finding } from '../../errors.ts';
import { rebuiltStatement } from '../../evidence/rebuilt.ts';
import { isDigest } from '../../oci/digest.ts';
import { ANNOTATION, type Repository } from '../../oci/types.ts';
import type { StoredImage } from '../../tools/registry.ts';
import type { Tools } from '../../tools/tools.ts';
import type { VerifiedImage } from '../../verify/verified.ts';
import { evidenceCaller, pushOrWarn } from './push.ts';

/** Says beside each published image that came out the same, bit for bit, that it did. */
export async function attestImages(
  images: readonly VerifiedImage[],
  repository: Repository,
  tools: Tools,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { verdict, published } of images) {
    if (verdict !== 'same') continue;
    const image = await tools.registry.find({ ...repository, digest: published });
    // What somebody else built was compared with its base, and not built again.
    if (image?.id === undefined) continue;
    const statement = rebuiltStatement(image, await carriedBy(image, tools), evidenceCaller(tools));
    findings.push(...(await pushOrWarn(image, statement, { what: 'rebuilt bit for bit', tools })));
  }
  return findings;
}

/** The inputs that an image and its environment carry. */
export async function carriedBy(image: StoredImage, { registry }: Pick<Tools, 'registry'>) {
  const digest = image.annotations.get(ANNOTATION.environment);
  const below = isDigest(digest)
    ? await registry.find({ registry: image.registry, path: image.path, digest })
    : undefined;
  return [image, below].map((one) => one?.annotations.get(ANNOTATION.inputs));
}
