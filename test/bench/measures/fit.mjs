/** How long it takes to compare an image with a GPU, every fact being there: nothing is asked of anybody. */
import { checkFit } from '../../../src/fit/checks/fit.ts';
import { factsOfMeasured } from '../../../src/fit/measured/facts.ts';
import { targetOfSmi } from '../../../src/fit/smi.ts';
import { atMost } from '../table.mjs';

const MEASURED = {
  format: 1,
  complete: true,
  packages: [{ name: 'torch', version: '2.15.0' }],
  cuda: { torch: '13.2' },
  compat: [],
  code: [{ package: 'torch', version: '2.15.0', cubins: ['7.5', '8.0', '9.0', '10.0', '12.0'], ptx: [] }],
};
const QUERY =
  '0, GPU-11111111-2222-3333-4444-555555555555, 550.54.15, 81559, Disabled, NVIDIA H100 80GB HBM3, 9.0';
const GPU = { count: { min: 1, max: 1 }, names: [], optional: false };

/** The first is what a step pays; it is in the number. */
export async function* measure() {
  const times = Array.from({ length: 25 }, () => {
    const began = performance.now();
    const image = factsOfMeasured(MEASURED);
    const found = checkFit({
      image,
      target: targetOfSmi({ query: QUERY }, 'here'),
      gpu: GPU,
      month: '2026-12',
    });
    if (found.length === 0) throw new Error('a driver that is too old was not noticed');
    return performance.now() - began;
  });
  yield atMost('an image compared with a GPU, the first time', times[0], 20, 'ms');
}
