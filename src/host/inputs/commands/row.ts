import type { OptionName } from './options.ts';

/** A command: help, the parser, shell completion and errors are made from it. */
export interface CommandRow {
  readonly description: string;
  /** As commander reads it: `<run>`, `[image]`, `<file...>`, and what it is. */
  readonly argument?: readonly [syntax: string, meaning: string];
  /** In the order of the help. */
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
}
