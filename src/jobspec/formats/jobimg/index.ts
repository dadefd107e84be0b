import type { SpecFile } from '../../file/spec-file.ts';
import type { Format } from '../../format/format.ts';
import { readNative } from './read.ts';

/** Our own spec: every field in `spec.ts`. */
export const jobimg: Format = {
  name: 'jobimg',
  fileNames: ['jobimg.yml', 'jobimg.yaml', '.jobimg.yml', '.github/jobimg.yml'],
  read: (file: SpecFile) => readNative(file),
};
