/** `--import`ed into a process: at its end its peak memory goes to the file that is named in the environment. */
import { writeFileSync } from 'node:fs';

const file = process.env.JOBIMG_BENCH_MEMORY;
if (file !== undefined) {
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
}
