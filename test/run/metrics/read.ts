import { createMetricsReader } from '../../../src/run/metrics/read-metrics.ts';

/** What a file says that comes in pieces of so many bytes. */
export function readMetrics(content: string | Uint8Array, path: string, piece = 64 * 1024) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const reader = createMetricsReader(path);
  for (let at = 0; at < bytes.length; at += piece) reader.push(bytes.subarray(at, at + piece));
  const { metrics, findings } = reader.end();
  return {
    metrics,
    values: Object.fromEntries(metrics.map(({ name, values }) => [name, values])),
    findings,
    told: findings.map(({ message }) => message),
  };
}
