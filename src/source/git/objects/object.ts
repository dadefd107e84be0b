import { createHash } from 'node:crypto';

/** Thrown for an object that cannot be read as what its id says; the message goes on after its name. */
export class BadObject extends Error {
  override readonly name = 'BadObject';
}

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export interface GitObject {
  readonly type: ObjectType;
  readonly content: Buffer;
}

/** The hash that a repository names its objects by: https://git-scm.com/docs/hash-function-transition */
export interface ObjectFormat {
  readonly algorithm: 'sha1' | 'sha256';
  /** Bytes of an id. */
  readonly size: number;
}

const FORMATS: readonly ObjectFormat[] = [
  { algorithm: 'sha1', size: 20 },
  { algorithm: 'sha256', size: 32 },
];

/** undefined for what is no id. */
export function formatOf(id: string): ObjectFormat | undefined {
  if (!/^[0-9a-f]+$/.test(id)) return undefined;
  return FORMATS.find(({ size }) => id.length === 2 * size);
}

/** The hash of an object whose content is still to be added. */
export function startObject(
  type: ObjectType,
  size: number,
  { algorithm }: ObjectFormat,
): ReturnType<typeof createHash> {
  return createHash(algorithm).update(`${type} ${size}\0`);
}

export function objectId({ type, content }: GitObject, format: ObjectFormat): string {
  return startObject(type, content.length, format).update(content).digest('hex');
}
