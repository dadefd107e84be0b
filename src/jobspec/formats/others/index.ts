import type { Format } from '../../format/format.ts';
import { knownOf } from './known.ts';

/** Files that people name as a spec and that describe no job: each is refused with an error that shows the spec to write. */
export const others: Format = {
  name: 'other',
  fileNames: [],
  recognises: (text, path) => knownOf(text, path) !== undefined,
  load: async () => (await import('./read.ts')).refuseOther,
};
