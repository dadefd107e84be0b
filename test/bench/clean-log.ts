/** Megabytes a second through the stream cleaner: `node --experimental-strip-types test/bench/clean-log.ts` (Node 22.6) */
import { createCleaner } from '../../src/log/log.ts';
import { createMasker } from '../../src/log/mask/masker.ts';

const MEGABYTES = 200;
const ESC = '\u001b';

const TEXTS: Readonly<Record<string, (line: number) => string>> = {
  plain: (line) => `step ${line} loss 0.${line % 9973} lr 1e-4 throughput 1234.5 samples/s\n`,
  colour: (line) => `${ESC}[32mstep ${line}${ESC}[0m loss ${ESC}[1m0.${line % 9973}${ESC}[0m std::vector\n`,
  'UTF-8': (line) => `schritt ${line} größe 0.${line % 9973} ▇▇▇▇▇▇▁▁▁▁ 73 % fertig\n`,
};

for (const [name, write] of Object.entries(TEXTS)) {
  for (const masks of [[], ['hf_abcdefghijklmnop', 'c2VjcmV0c2VjcmV0', 'another-secret-value']]) {
    measure(`${name}${masks.length === 0 ? '' : ', 3 masks'}`, write, masks);
  }
}

function measure(name: string, write: (line: number) => string, masks: readonly string[]): void {
  const chunk = new TextEncoder()
    .encode(Array.from({ length: 1_000 }, (_, line) => write(line)).join(''))
    .subarray(0, 65_536);
  const cleaner = createCleaner({ masker: createMasker(masks), now: () => 0 });
  const count = Math.ceil((MEGABYTES * 1e6) / chunk.length);
  let lines = 0;
  const start = performance.now();
  for (let index = 0; index < count; index++) lines += cleaner.push(chunk).length;
  const seconds = (performance.now() - start) / 1_000;
  console.log(
    `${name.padEnd(18)} ${((count * chunk.length) / 1e6 / seconds).toFixed(0)} MB/s, ${(lines / seconds / 1e6).toFixed(1)} million lines/s`,
  );
}
