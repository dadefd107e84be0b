import type { Format } from '../../format/format.ts';

const NAMES = ['polyaxonfile', 'polyaxon', 'polyaxonci', 'polyaxon-ci', 'polyaxon.ci'];
const ENDINGS = ['yml', 'yaml', 'json'];

/** What no other format has together: people call these files as they like. */
const VERSION = /^["']?version["']?: *["']?\d/m;
const KIND = /^["']?kind["']?: *["']?[a-z]+/m;
const LONGEST = 65_536;

/** https://github.com/polyaxon/polyaxon, version 1 of its file, before and after 0.1.1: docs/from-polyaxon.md */
export const polyaxon: Format = {
  name: 'polyaxon',
  fileNames: NAMES.flatMap((name) => ENDINGS.map((ending) => `${name}.${ending}`)),
  recognises: (text) => text.length < LONGEST && VERSION.test(text) && KIND.test(text),
  merges: true,
  load: async () => (await import('./read.ts')).readPolyaxon,
};
