import type { ImageBytes } from '../../oci/image.ts';
import { printReference } from '../../oci/reference.ts';
import type { Blob, Repository } from '../../oci/types.ts';
import type { Connection } from '../connection.ts';
import { hasManifest } from '../manifests.ts';
import { uploadBlob } from '../upload.ts';
import type { EarlierImage } from './remembered.ts';
import { sharing } from './sharing.ts';

/** The blobs of images that are pushed: those that images share are asked for and sent once. */
export class ImageBlobs {
  readonly #connection: Connection;
  readonly #uploads = new Map<string, Promise<void>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Blobs that an earlier image names are there while that is: a registry keeps what its manifests name. */
  async upload(to: Repository, { blobs }: ImageBytes, earlier?: EarlierImage): Promise<void> {
    const isThere = earlier === undefined ? undefined : hasManifest(this.#connection, to, earlier.digest);
    const upload = async (blob: Blob): Promise<void> => {
      if (earlier?.names.has(blob.digest) && (await isThere)) return;
      await uploadBlob(this.#connection, to, blob);
    };
    const { registry, path } = to;
    const uploads = await Promise.allSettled(
      blobs.map((blob) => {
        const key = printReference({ registry, path, digest: blob.digest });
        return sharing(this.#uploads, key, () => upload(blob));
      }),
    );
    const failed = uploads.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}
