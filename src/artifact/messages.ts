import type { ClientError } from '../run/artifact/upload-failure.ts';

/** What the uploading process is asked for. */
export interface UploadOrder {
  readonly folder: string;
  /** The first that is free is taken. */
  readonly names: readonly string[];
}

/** What it answers: how much there is, then one of the others. */
export type UploadAnswer =
  | { readonly kind: 'begins'; readonly files: number; readonly bytes: number }
  | {
      readonly kind: 'uploaded';
      readonly name: string;
      readonly id: number;
      readonly size: number;
      readonly renamed: readonly string[];
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'nothing-there' }
  | { readonly kind: 'failed'; readonly error: ClientError };
