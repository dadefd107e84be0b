import type { Finding } from '../../errors.ts';
import { sha256 } from '../../oci/digest.ts';
import type { ImageBytes, Parent } from '../../oci/image.ts';
import type { Descriptor, Digest, Image, ImageConfig, Manifest } from '../../oci/types.ts';
import type { Tools } from '../../tools/tools.ts';
import { compareEntries } from '../../verify/compare-entries.ts';
import { compareImages, type ImageSide, type LayerPair } from '../../verify/compare-images.ts';
import type { LayerEntry } from '../../verify/entry.ts';
import { reportConfig, reportLayer, reportPacking, reportSpelling } from '../../verify/report.ts';
import type { VerifiedImage } from '../../verify/verified.ts';

/** One image of a comparison, with the bytes of its layers. */
export interface Side extends ImageSide {
  readonly digest: Digest;
  open(layer: Descriptor): Promise<AsyncIterable<Uint8Array>>;
}

type Registry = Pick<Tools['registry'], 'pull' | 'blob'>;

export async function storedSide(image: Image, registry: Registry): Promise<Side> {
  const { manifest, config } = await registry.pull(image);
  return { digest: image.digest, manifest, config, open: (layer) => registry.blob(image, layer) };
}

/** An image that was put together here and is not pushed; what it stands on is in the registry. */
export async function madeSide(
  { manifest: bytes, blobs }: ImageBytes,
  parent: Parent,
  registry: Registry,
): Promise<Side> {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(bytes));
  const open = async (descriptor: Descriptor): Promise<AsyncIterable<Uint8Array>> => {
    const blob = blobs.find(({ digest }) => digest === descriptor.digest);
    return blob === undefined ? registry.blob(parent.image, descriptor) : blob.open();
  };
  const config: ImageConfig = JSON.parse(await textOf(await open(manifest.config)));
  return { digest: sha256(bytes), manifest, config, open };
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

interface Sides {
  readonly tag: string;
  /** Of an image below an index. */
  readonly platform?: string | undefined;
  readonly published: Side;
  readonly rebuilt: Side;
}

/**
 * Of layers that the configs say differ, the first is read. Where the configs are equal, what is packed differently is
 * read as well: that it holds what the config says is to be seen, not believed.
 */
export async function compareSides(sides: Sides, tools: Pick<Tools, 'layerEntries'>): Promise<VerifiedImage> {
  const { tag, platform, published, rebuilt } = sides;
  const comparison = compareImages(published, rebuilt);
  const name = nameOf(sides);
  const known = { tag, platform, published: published.digest, rebuilt: rebuilt.digest };
  if (comparison.kind === 'same') return { ...known, verdict: 'same', findings: [] };

  const { differences } = comparison;
  if (comparison.kind === 'packing') {
    const reads = comparison.layers.map((pair) => lookInto(pair, sides, tools, []));
    const inside = (await Promise.all(reads)).flat();
    if (inside.length > 0) return { ...known, verdict: 'different', findings: inside };
    return { ...known, verdict: 'packing', findings: [reportPacking(name, differences)] };
  }
  const { layer } = comparison;
  const inside = layer === undefined ? [] : await lookInto(layer, sides, tools, reportLayer(name, layer, []));
  const findings = [...reportConfig(name, differences), ...inside];
  return {
    ...known,
    verdict: 'different',
    findings: findings.length > 0 ? findings : [reportSpelling(name)],
  };
}

export function nameOf({ tag, platform }: Pick<Sides, 'tag' | 'platform'>): string {
  return platform === undefined ? tag : `${tag} (${platform})`;
}

/** What differs inside a layer; `alike` when no entry does. */
async function lookInto(
  pair: LayerPair,
  sides: Sides,
  tools: Pick<Tools, 'layerEntries'>,
  alike: readonly Finding[],
): Promise<readonly Finding[]> {
  const before = await entriesOf(sides.published, pair.published, tools);
  const after = await entriesOf(sides.rebuilt, pair.rebuilt, tools);
  const differences = compareEntries(before, after);
  return differences.length === 0 ? alike : reportLayer(nameOf(sides), pair, differences);
}

async function entriesOf(
  side: Side,
  layer: Descriptor,
  { layerEntries }: Pick<Tools, 'layerEntries'>,
): Promise<readonly LayerEntry[]> {
  const entries: LayerEntry[] = [];
  const bytes = await side.open(layer);
  for await (const entry of layerEntries(bytes, layer.mediaType)) entries.push(entry);
  return entries;
}
