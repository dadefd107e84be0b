import { ARTIFACT_TYPE } from '../../evidence/types.ts';
import { type Measured, readMeasured } from '../../fit/measured/measured.ts';
import type { Image } from '../../oci/types.ts';
import type { Registry } from '../../tools/registry.ts';

/** Bytes of it that are read. */
const LARGEST = 1024 * 1024;

/** What was found in an image when it was built, and is kept beside it; undefined: nothing is there. */
export async function findMeasured(image: Image, registry: Registry): Promise<Measured | undefined> {
  for (const { artifactType, digest } of await registry.referrers(image)) {
    if (artifactType !== ARTIFACT_TYPE.measured) continue;
    const artifact = { registry: image.registry, path: image.path, digest };
    const [layer] = (await registry.manifest(artifact)).layers;
    if (layer === undefined || layer.size > LARGEST) continue;
    const measured = readMeasured(await textOf(await registry.blob(artifact, layer)));
    if (measured !== undefined) return measured;
  }
  return undefined;
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
