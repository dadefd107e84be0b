import type { Format } from '../../format/format.ts';

/** Our own spec: every field in `spec.ts`. */
export const jobimg: Format = {
  name: 'jobimg',
  fileNames: ['jobimg.yml', 'jobimg.yaml', '.jobimg.yml', '.github/jobimg.yml'],
  load: async () => (await import('./read.ts')).readNative,
};
