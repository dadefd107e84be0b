import { UserError } from '../errors.ts';
import { sha256 } from '../oci/digest.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest, Image, Index, Manifest, Reference, Repository } from '../oci/types.ts';
import type { Connection } from './connection.ts';
import type { Document } from './documents.ts';
import { getDocument } from './manifests.ts';
import type { Tagging } from './tag.ts';

/** What a tag was seen to point at. */
interface Sight {
  readonly digest: Digest | undefined;
  readonly at: number;
}

/** After this long a tag is looked at again before it is written. */
const SIGHT_LASTS = 30_000;

/** Manifests and indexes, each of which is read once: by its digest it never changes. */
export class KnownDocuments {
  readonly #connection: Connection;
  readonly #documents = new Map<string, Document>();
  readonly #sights = new Map<string, Sight>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** undefined: there is none. A tag is asked for each time. */
  async read(reference: Reference): Promise<Document | undefined> {
    const { registry, path, digest } = reference;
    const known =
      digest === undefined ? undefined : this.#documents.get(printReference({ registry, path, digest }));
    if (known !== undefined) return known;
    const document = await getDocument(this.#connection, reference);
    if (digest === undefined) this.see(reference, document?.digest);
    if (document !== undefined) {
      this.#documents.set(printReference({ registry, path, digest: document.digest }), document);
    }
    return document;
  }

  async require(image: Image): Promise<Document> {
    const document = await this.read(image);
    if (document !== undefined) return document;
    throw new UserError(`the image "${printReference(image)}" is not in the registry any more`, {
      code: 'not-found',
    });
  }

  /** What stands under a tag; what was seen there a moment ago is believed. */
  async standing(to: Repository, tag: string): Promise<Digest | undefined> {
    const sight = this.#sights.get(printReference({ ...to, tag }));
    if (sight !== undefined && this.#connection.clock.now() - sight.at < SIGHT_LASTS) return sight.digest;
    return (await this.read({ ...to, tag }))?.digest;
  }

  see(reference: Reference, digest: Digest | undefined): void {
    this.#sights.set(printReference(reference), { digest, at: this.#connection.clock.now() });
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
