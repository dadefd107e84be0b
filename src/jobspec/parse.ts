import { type ReadingRules, STRICT } from '../inputs/reading.ts';
import type { SpecFile } from './file/spec-file.ts';
import type { ParsedSpec } from './format/parsed-spec.ts';
import { READERS } from './formats/readers.ts';

export { dataOf, mirrorsOf, sitesOf } from './layers/operator-fields.ts';
export { selectJobs, selectWithFindings } from './select-jobs.ts';

/** As `readSpec`, at once, with the readers of all formats. */
export function parseSpec(file: SpecFile, reading: ReadingRules = STRICT): ParsedSpec {
  const read = READERS[file.format];
  if (read === undefined) throw new Error(`no format is called "${file.format}"`);
  return read(file, reading);
}
