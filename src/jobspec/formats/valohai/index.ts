import type { Format } from '../../format/format.ts';

/** A list, of which the first item is one of Valohai's: a project may call its file otherwise. */
const FIRST_ITEM = /^(?:---[^\n]*\n)?(?:[ \t]*(?:#[^\n]*)?\n)*- +(?:step|task|pipeline|endpoint|deployment):/;

/** Each step of a `valohai.yaml` is a job that runs in the step's image as it is, and each task many runs of one. */
export const valohai: Format = {
  name: 'valohai',
  fileNames: ['valohai.yaml', 'valohai.yml'],
  recognises: (text) => FIRST_ITEM.test(text),
  load: async () => (await import('./read.ts')).readValohai,
};
