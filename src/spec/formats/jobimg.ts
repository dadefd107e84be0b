import type { SpecFile } from '../find.ts';
import type { Format } from '../formats.ts';
import { readNative } from '../native.ts';

/** Our own spec: every field in `spec.ts`. */
export const jobimg: Format = {
  name: 'jobimg',
  fileNames: ['jobimg.yml', 'jobimg.yaml', '.jobimg.yml', '.github/jobimg.yml'],
  read: (file: SpecFile) => readNative(file),
};
