import { askedOnce } from '../../asked-once.ts';
import { type Finding, UserError } from '../../errors.ts';
import { readSbom } from '../../evidence/sbom/spdx.ts';
import { ARTIFACT_TYPE } from '../../evidence/types.ts';
import { isDigest } from '../../oci/digest.ts';
import { printReference } from '../../oci/reference.ts';
import type { Artifact } from '../../oci/referrer.ts';
import { ANNOTATION, type Digest, type Image } from '../../oci/types.ts';
import { imagePlans } from '../../plan/images/index-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';
import type { ImagesEnsured } from '../images/ensure-images.ts';
import { notPushed } from './push.ts';
import { platformImages, sbomOf } from './sbom.ts';

/**
 * Lists the packages of each image beside it, unless that is there. An image that adds nothing but code to its
 * environment has that one's list, so that layers are read once for each environment.
 */
export async function pushSboms(
  { plan, images }: Pick<ImagesEnsured, 'plan' | 'images'>,
  tools: Tools,
): Promise<readonly Finding[]> {
  const sboms = new ImageSboms(tools);
  const findings: Finding[] = [];
  for (const job of plan.jobs) {
    const image = images.get(job.job.name)?.image;
    if (image === undefined || job.image.kind === 'given') continue;
    findings.push(...(await pushSbom(image, addsOnlyCode(job), { sboms, tools })));
  }
  return findings;
}

async function pushSbom(
  image: Image,
  onlyCode: boolean,
  { sboms, tools }: { readonly sboms: ImageSboms; readonly tools: Tools },
): Promise<readonly Finding[]> {
  try {
    for (const one of await platformImages(image, tools)) await sboms.push(one, onlyCode);
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [notPushed(`the list of packages of ${printReference(image)}`, error)];
  }
}

function addsOnlyCode({ image }: JobPlan): boolean {
  return image.kind !== 'given' && imagePlans(image).every(({ kind }) => kind === 'layer');
}

/** Bytes of a list of packages that are read. */
const LARGEST = 64 * 1024 * 1024;

class ImageSboms {
  readonly #tools: Tools;
  readonly #ofEnvironment = askedOnce(
    async (environment: Image) => (await this.#found(environment)) ?? (await this.#made(environment)),
    ({ digest }) => digest,
  );

  constructor(tools: Tools) {
    this.#tools = tools;
  }

  async push(image: Image, onlyCode: boolean): Promise<void> {
    const environment = onlyCode ? await this.#environmentOf(image) : undefined;
    if ((await this.#found(image, environment?.digest)) !== undefined) return;
    if (environment === undefined) await this.#made(image);
    else await this.#put(image, await this.#ofEnvironment(environment));
  }

  async #environmentOf(image: Image): Promise<Image | undefined> {
    const stored = await this.#tools.registry.find(image);
    const digest = stored?.annotations.get(ANNOTATION.environment);
    return isDigest(digest) ? { registry: image.registry, path: image.path, digest } : undefined;
  }

  async #made(image: Image): Promise<Artifact> {
    const { artifact } = await sbomOf(image, this.#tools);
    await this.#put(image, artifact);
    return artifact;
  }

  async #put(image: Image, artifact: Artifact): Promise<void> {
    const { registry, host } = this.#tools;
    const digest = await registry.pushReferrer(image, artifact);
    host.info(`packages of ${image.digest}: ${printReference({ ...repositoryOf(image), digest })}`);
  }

  /** The list that is there, if it is one of ours. */
  async #found(image: Image, about: Digest = image.digest): Promise<Artifact | undefined> {
    for (const { artifactType, digest } of await this.#tools.registry.referrers(image)) {
      if (artifactType !== ARTIFACT_TYPE.sbom) continue;
      const found = await this.#read({ ...repositoryOf(image), digest }, about);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #read(artifact: Image, about: Digest): Promise<Artifact | undefined> {
    const { registry } = this.#tools;
    const [layer] = (await registry.manifest(artifact)).layers;
    if (layer === undefined || layer.size > LARGEST) return undefined;
    return readSbom(await readText(await registry.blob(artifact, layer)), about);
  }
}

function repositoryOf({ registry, path }: Image): Pick<Image, 'registry' | 'path'> {
  return { registry, path };
}

async function readText(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
