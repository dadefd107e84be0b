import { UserError } from '../errors.ts';
import { sha256 } from '../oci/digest.ts';
import { printReference } from '../oci/reference.ts';
import type { Image, Index, Manifest, Reference } from '../oci/types.ts';
import type { Connection } from './connection.ts';
import type { Document } from './documents.ts';
import { getDocument } from './manifests.ts';
import { CONSISTENT_WITHIN, type Tagging } from './tag.ts';

/** Manifests and indexes, each of which is read once: by its digest it never changes. */
export class KnownDocuments {
  readonly #connection: Connection;
  readonly #documents = new Map<string, Document>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** undefined: there is none. A tag is asked for each time. */
  async read(reference: Reference): Promise<Document | undefined> {
    const { registry, path, digest } = reference;
    const known =
      digest === undefined ? undefined : this.#documents.get(printReference({ registry, path, digest }));
    if (known !== undefined) return known;
    const document = await this.#look(reference);
    if (document !== undefined) {
      this.#documents.set(printReference({ registry, path, digest: document.digest }), document);
    }
    return document;
  }

  async require(image: Image): Promise<Document> {
    const document = await this.read(image);
    if (document !== undefined) return document;
    throw new UserError(`the image "${printReference(image)}" is no longer in the registry`, {
      code: 'not-found',
    });
  }

  /** What a digest names that may have been pushed a moment ago is looked for until readers see it. */
  async #look(reference: Reference): Promise<Document | undefined> {
    const { clock } = this.#connection;
    const isFresh = reference.digest !== undefined && this.#connection.mayPush(reference);
    const end = clock.now() + (isFresh ? CONSISTENT_WITHIN : 0);
    for (let wait = 500; ; wait *= 2) {
      const document = await getDocument(this.#connection, reference);
      if (document !== undefined || clock.now() + wait > end) return document;
      await clock.sleep(wait);
    }
  }

  /** What was pushed is known without asking, for the next tag that it gets. */
  add({ to: { registry, path }, bytes, mediaType }: Tagging): void {
    const digest = sha256(bytes);
    const key = printReference({ registry, path, digest });
    if (this.#documents.has(key)) return;
    const content: Manifest | Index = JSON.parse(new TextDecoder().decode(bytes));
    const common = { digest, mediaType, bytes };
    this.#documents.set(
      key,
      'manifests' in content
        ? { kind: 'index', ...common, content }
        : { kind: 'manifest', ...common, content },
    );
  }
}
