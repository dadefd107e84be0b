import type { Digest, ImageConfig, Platform } from '../oci/types.ts';

/** The name of our images in the local engine; `localhost` can never be pulled by accident. */
export const ENGINE_REPOSITORY = { registry: 'localhost', path: 'jobimg' } as const;

/** The local Docker engine as a store of images, and where builds without a registry go. */
export interface Engine {
  /** By tag and by the id that its label carries. */
  find(tag: string): Promise<{ readonly engineId: Digest; readonly id?: Digest | undefined } | undefined>;
  /** Of the machine that it runs on. */
  platform(): Promise<Platform>;
  /** Config of an image that is in the engine. */
  inspect(name: string): Promise<ImageConfig | undefined>;
}
