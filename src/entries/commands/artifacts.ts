import { UserError } from '../../errors.ts';
import type { ArtifactCall } from '../../host/inputs/artifact-commands.ts';
import { LINUX_AMD64 } from '../../oci/platform.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import { sbomOf } from '../../steps/referrers/sbom.ts';
import type { Tools } from '../../tools/tools.ts';

/** `jobimg sbom`: of an index, what is in the image for linux/amd64. */
export async function artifactCommand(
  { image }: ArtifactCall,
  tools: Tools,
  write: (text: string) => void,
): Promise<number> {
  const reference = parseReference(image);
  const digest = await tools.registry.resolve(reference, LINUX_AMD64);
  if (digest === undefined) {
    throw new UserError(`the registry has no image ${printReference(reference)}`, {
      code: 'not-found',
      hint: 'check the name, and that you are logged in',
    });
  }
  const { registry, path } = reference;
  write(`${(await sbomOf({ registry, path, digest }, tools)).text}\n`);
  return 0;
}
