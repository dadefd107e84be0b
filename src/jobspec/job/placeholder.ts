import type { Location } from '../../errors.ts';

/** Text with placeholders; `quoted` says inside which shell quotes a placeholder stands. */
export type Template = readonly (string | Placeholder)[];

export interface Placeholder {
  readonly name: string;
  /** Put in verbatim instead of as one shell word. */
  readonly raw: boolean;
  /** The quotes around the place in the shell text; undefined in texts that no shell reads. */
  readonly quote?: 'none' | 'single' | 'double' | undefined;
  readonly location?: Location | undefined;
}
