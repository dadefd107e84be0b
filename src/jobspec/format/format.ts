import type { ReadingRules } from '../../inputs/reading.ts';
import type { SpecFile } from '../file/spec-file.ts';
import type { ParsedSpec } from './parsed-spec.ts';

/** A way to write specs: a file beside this one or a folder with an `index.ts`, and a row in the table. */
export interface Format {
  readonly name: string;
  /** Where such files stand by themselves, in the order they are looked for. */
  readonly fileNames: readonly string[];
  /** Whether a file of another name is of this format, by what is in it. */
  recognises?(text: string, path: string): boolean;
  /** Whether several files make one spec, of which a later one wins. */
  readonly merges?: boolean;
  /** What reads such files, which is loaded for a file of this format alone. */
  load(): Promise<ReadSpec>;
}

/** Throws one UserError with everything that is wrong. */
export type ReadSpec = (file: SpecFile, reading: ReadingRules) => ParsedSpec;
