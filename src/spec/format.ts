import type { ParsedSpec } from './parsed-spec.ts';
import type { SpecFile } from './spec-file.ts';

/** A way to write specs: one file below `formats/`, one row here. */
export interface Format {
  readonly name: string;
  /** Where such files stand by themselves, in the order they are looked for. */
  readonly fileNames: readonly string[];
  /** Throws one UserError with everything that is wrong. */
  read(file: SpecFile): ParsedSpec;
}
