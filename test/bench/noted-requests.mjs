/** `--import`ed into a process: when it sends which requests goes to the file that is named in the environment. */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

const file = process.env.JOBIMG_BENCH_REQUESTS;
if (file !== undefined) {
  subscribe('http.client.request.start', ({ request }) => {
    const time = performance.timeOrigin + performance.now();
    appendFileSync(file, `${time} ${request.method} ${request.path}\n`);
  });
}
