import { type ReadingRules, STRICT } from '../inputs/reading.ts';
import type { SpecFile } from './file/spec-file.ts';
import type { ParsedSpec } from './format/parsed-spec.ts';
import { formatNamed } from './formats/table.ts';

/** Throws one UserError with every problem of the file. Nothing of other formats is loaded. */
export async function readSpec(file: SpecFile, reading: ReadingRules = STRICT): Promise<ParsedSpec> {
  const read = await formatNamed(file.format).load();
  return read(file, reading);
}
