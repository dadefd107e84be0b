import type { ReadSpec } from '../format/format.ts';
import { readNative } from './jobimg/read.ts';
import { refuseOther } from './others/read.ts';
import { readPolyaxon } from './polyaxon/read.ts';
import { readValohai } from './valohai/read.ts';

/** What the rows of the table load, all at once: for whoever cannot wait. */
export const READERS: Readonly<Record<string, ReadSpec>> = {
  jobimg: readNative,
  polyaxon: readPolyaxon,
  valohai: readValohai,
  other: refuseOther,
};
