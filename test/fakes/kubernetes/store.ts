import { EventEmitter } from 'node:events';

/** An object of the API, as JSON. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    resourceVersion: string;
    deletionTimestamp?: string;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks into is its own affair
  [key: string]: any;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly version: number;
}

/** Everything that the API server has stored, and what became of it, in order. */
export class KubeStore {
  readonly objects = new Map<string, KubeObject>();
  readonly changes: Change[] = [];
  readonly #told = new EventEmitter().setMaxListeners(0);
  #version = 100;
  #uids = 0;
  /** Versions below it are forgotten. */
  oldest = 0;

  get version(): number {
    return this.#version;
  }

  keyOf(resource: string, namespace: string, name: string): string {
    return `${resource}/${namespace}/${name}`;
  }

  create(resource: string, namespace: string, body: Partial<KubeObject>): KubeObject {
    this.#uids += 1;
    const object = structuredClone({
      ...body,
      metadata: {
        ...body.metadata,
        namespace,
        uid: `uid-${this.#uids}`,
        creationTimestamp: new Date().toISOString(),
        resourceVersion: '',
      },
    }) as KubeObject;
    this.#put('ADDED', this.keyOf(resource, namespace, object.metadata.name), object);
    return object;
  }

  update(resource: string, object: KubeObject, change: (draft: KubeObject) => void): void {
    const key = this.keyOf(resource, object.metadata.namespace ?? '', object.metadata.name);
    const known = this.objects.get(key);
    if (known === undefined || known.metadata.uid !== object.metadata.uid) return;
    const draft = structuredClone(known);
    change(draft);
    this.#put('MODIFIED', key, draft);
  }

  /** With all that it owns. */
  remove(resource: string, namespace: string, name: string): KubeObject | undefined {
    const key = this.keyOf(resource, namespace, name);
    const object = this.objects.get(key);
    if (object === undefined) return undefined;
    this.objects.delete(key);
    this.#tell('DELETED', key, structuredClone(object));
    for (const owned of ['secrets', 'services'])
      for (const one of this.ownedBy(object.metadata.uid, owned))
        this.remove(owned, namespace, one.metadata.name);
    return object;
  }

  ownedBy(uid: string, resource: string): readonly KubeObject[] {
    return this.list(resource).filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner) => owner.uid === uid),
    );
  }

  list(resource: string, namespace?: string): readonly KubeObject[] {
    const prefix = namespace === undefined ? `${resource}/` : `${resource}/${namespace}/`;
    return [...this.objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object);
  }

  get(resource: string, namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(this.keyOf(resource, namespace, name));
  }

  /** Changes of a kind of objects after a version, and from then on. */
  follow(resource: string, namespace: string, after: number, take: (change: Change) => void): () => void {
    const prefix = `${resource}/${namespace}/`;
    const listener = (key: string, change: Change): void => {
      if (key.startsWith(prefix)) take(change);
    };
    for (const [index, change] of this.changes.entries())
      if (change.version > after) listener(this.#keys[index] ?? '', change);
    this.#told.on('change', listener);
    return () => void this.#told.off('change', listener);
  }

  readonly #keys: string[] = [];

  #put(type: Change['type'], key: string, object: KubeObject): void {
    this.objects.set(key, object);
    this.#tell(type, key, object);
  }

  #tell(type: Change['type'], key: string, object: KubeObject): void {
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
    const change = { type, object: structuredClone(object), version: this.#version };
    this.changes.push(change);
    this.#keys.push(key);
    this.#told.emit('change', key, change);
  }
}
