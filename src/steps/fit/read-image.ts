import type { ImageFacts } from '../../fit/facts.ts';
import { factsOfEnvironment, mergeImages } from '../../fit/image.ts';
import { printReference } from '../../oci/reference.ts';
import type { Reference } from '../../oci/types.ts';
import type { Registry } from '../../tools/registry.ts';

/** What the manifest and the config of an image say; no layer is fetched. */
export async function readImageFacts(
  { registry: host, path, digest }: Reference,
  registry: Registry,
): Promise<ImageFacts> {
  if (digest === undefined) return {};
  const { config, manifest } = await registry.pull({ registry: host, path, digest });
  const source = printReference({ registry: host, path, digest }, { familiar: true }).replace(
    /@sha256:(.{12}).*/,
    '@sha256:$1…',
  );
  const size = manifest.layers.reduce((sum, layer) => sum + layer.size, 0);
  const { os, architecture } = config;
  return mergeImages(factsOfEnvironment(config.config?.Env ?? [], source), {
    size: { value: size, source },
    platforms:
      os === undefined || architecture === undefined ? undefined : { value: [{ os, architecture }], source },
  });
}
