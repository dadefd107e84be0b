// The order of the test files: the longest first, so that none of them is left alone at the end.
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sequencer from '@jest/test-sequencer';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Of files that take long, about, on two cores; what they are relative to each other is what counts. */
const SECONDS = JSON.parse(readFileSync(new URL('test-seconds.json', import.meta.url), 'utf8'));
/** Of a file that is not in the list. */
const WITH_ENGINE = 10;
const OTHERS = 1;

export function expectedSeconds(path) {
  return SECONDS[path] ?? (path.startsWith('test/e2e/') ? WITH_ENGINE : OTHERS);
}

class LongestFirst extends Sequencer {
  /** jest remembers how long a file took the last time, but a fresh clone has nothing to remember. */
  time(test) {
    const path = relative(ROOT, test.path).split(sep).join('/');
    return super.time(test) ?? 1_000 * expectedSeconds(path);
  }
}

// biome-ignore lint/style/noDefaultExport: jest takes the default of this module
export default LongestFirst;
