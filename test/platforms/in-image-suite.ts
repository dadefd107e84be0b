import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backendContract, outcomeOf } from '../backends/contract.ts';
import { leftOut } from '../faults/platforms/left-out.ts';
import { IS_WHOLE } from '../faults/sample.ts';
import type { PlatformUnderTest, PresetBench } from './bench.ts';
import { startInImageBench } from './in-image-bench.ts';

const ROW = 600_000;
const NEVER = new AbortController().signal;

/** The contract with `npm run faults`; with `npm test` what such a preset gives to the client inside the image. */
export function inImageSuite(preset: 'metaflow' | 'zenml', variables: readonly string[]): void {
  const title = `the preset ${preset}, on an engine`;
  if (IS_WHOLE) backendContract(title, () => startInImageBench(preset), leftOut(preset), ROW);
  describe(title, () => {
    let bench: PresetBench<PlatformUnderTest>;
    beforeAll(async () => {
      bench = await startInImageBench(preset);
    }, ROW);
    afterAll(() => bench?.close());

    it(
      'gives the client its image by digest and what is the operator’s, and nothing else',
      async () => {
        const backend = bench.connect();
        const text = `for name in ${[...variables, 'OF_THE_OPERATOR', 'DOCKER_HOST', 'SECRET'].join(' ')}; do eval "echo $name=\\$$name"; done; exit 7`;
        const run = bench.plan('prints', { command: { kind: 'shell', shell: 'sh', text } });

        const handle = await backend.submit(run, backend.intentOf(run));
        const { stdout, verdict } = await outcomeOf(backend.follow(handle, NEVER));
        await backend.clean(handle);

        const image = `${bench.parts.busybox?.reference.replace(/:latest$/, '')}@${bench.parts.busybox?.digest}`;
        expect(stdout.trim().split('\n')).toEqual([
          ...variables.map((name) => `${name}=${image}`),
          'OF_THE_OPERATOR=given',
          'DOCKER_HOST=',
          'SECRET=',
        ]);
        expect(verdict).toEqual({ reason: 'failed', exitCode: 7 });
        expect(await bench.count(handle.name)).toBe(0);
      },
      ROW,
    );
  });
}
