/** Files that are made to keep a reader busy: the slowest answer of any format to any of them, in the process itself. */
import { HOSTILE_FILES } from '../hostile-files.mjs';
import { atMost } from '../table.mjs';

const FORMATS = ['jobimg', 'polyaxon', 'valohai', 'other'];
const ROUNDS = 7;
const BOUND_MS = 50;

export async function* measure() {
  // What tsc made of the sources, which `npm run build` leaves beside dist.
  const { parseSpec, selectJobs } = await import('../../../build/jobspec/parse.js');
  const answer = (format, text) => {
    const start = performance.now();
    try {
      selectJobs(parseSpec({ path: 'spec.yml', text, format }), { job: 'all', toRun: true });
    } catch (error) {
      if (error.name !== 'UserError') throw error;
    }
    return performance.now() - start;
  };

  for (const format of FORMATS) {
    let slowest = { name: '', ms: 0 };
    for (const [name, text] of HOSTILE_FILES) {
      const times = Array.from({ length: ROUNDS }, () => answer(format, text)).sort((a, b) => a - b);
      const ms = times[(ROUNDS - 1) / 2] ?? 0;
      if (ms > slowest.ms) slowest = { name, ms };
    }
    yield atMost(`${format}: ${slowest.name}`, slowest.ms, BOUND_MS, 'ms');
  }
}
