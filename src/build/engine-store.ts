import { normalPlatform } from '../oci/platform.ts';
import { ANNOTATION, type Digest, type ImageConfig } from '../oci/types.ts';
import { ENGINE_REPOSITORY, type Engine } from '../tools/engine.ts';

/** What is read of `GET /images/{name}/json`: https://docs.docker.com/reference/api/engine/version/v1.47/ */
export interface ImageInspect {
  readonly Id: Digest;
  readonly Created?: string;
  readonly Architecture: string;
  readonly Os: string;
  readonly Config?: ImageConfig['config'];
  readonly RootFS?: { readonly Layers?: readonly Digest[] };
}

/** What is read of `GET /info`. */
export interface EngineInfo {
  readonly OSType: string;
  /** As the kernel names it: `x86_64`, `aarch64`. */
  readonly Architecture: string;
}

/** The local engine as a store: a tag of ours, and the id that its label carries. */
export function createEngineStore(
  inspect: (name: string) => Promise<ImageInspect | undefined>,
  info: () => Promise<EngineInfo>,
): Engine {
  return {
    async find(tag) {
      const image = await inspect(`${ENGINE_REPOSITORY.registry}/${ENGINE_REPOSITORY.path}:${tag}`);
      if (image === undefined) return undefined;
      return { engineId: image.Id, id: digestOf(image.Config?.Labels?.[ANNOTATION.id]) };
    },
    async platform() {
      const { OSType, Architecture } = await info();
      return normalPlatform({ os: OSType, architecture: Architecture });
    },
    async inspect(name) {
      const image = await inspect(name);
      return image === undefined ? undefined : configOf(image);
    },
  };
}

function configOf({ Created, Architecture, Os, Config, RootFS }: ImageInspect): ImageConfig {
  return {
    architecture: Architecture,
    os: Os,
    rootfs: { type: 'layers', diff_ids: RootFS?.Layers ?? [] },
    ...(Created === undefined ? {} : { created: Created }),
    ...(Config === undefined ? {} : { config: Config }),
  };
}

function digestOf(text: string | undefined): Digest | undefined {
  return isDigest(text) ? text : undefined;
}

function isDigest(text: string | undefined): text is Digest {
  return text !== undefined && /^sha256:[0-9a-f]{64}$/.test(text);
}
