// How jest reads modules that import JSON as bundlers do: Node wants to be told that it is JSON.
import { createHash } from 'node:crypto';

const IMPORT = /(\bfrom "[^"\n]+\.json");/g;

// biome-ignore lint/style/noDefaultExport: jest asks a transformer for it
export default {
  getCacheKey: (source) => createHash('sha256').update(source).digest('hex'),
  process: (source) => ({ code: source.replace(IMPORT, '$1 with { type: "json" };') }),
};
