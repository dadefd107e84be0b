// Programs in other languages are files of their own, and our code has them as texts: `import { text } from './x.py'`.
// `npm run build` writes such a module beside each, and jest makes one where a test imports the file.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function textModule(text) {
  return `export const text = ${JSON.stringify(text)};\n`;
}

/** What is a text to us: our own files, and those of a library that a page contains. */
const TEXT =
  /(from ['"])((?:\.|uplot\/)[^'"]*(?:\.py|\.yml|\.css|\.browser\.js|\.iife\.min\.js|LICENSE))(['"])/g;

/** What the compiled sources in `folder` import as a text becomes a module beside the one that imports it. */
export function embedTexts(folder, sources) {
  for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'))) {
    const file = join(folder, name);
    const code = readFileSync(file, 'utf8');
    const embedded = code.replace(TEXT, (_, before, path, after) => {
      const isOwn = path.startsWith('.');
      const source = isOwn ? join(sources, dirname(name), path) : join(ROOT, 'node_modules', path);
      const module = isOwn ? `${path}.js` : `./${path.replaceAll('/', '-')}.js`;
      writeFileSync(join(dirname(file), module), textModule(readFileSync(source, 'utf8')));
      return `${before}${module}${after}`;
    });
    if (embedded !== code) writeFileSync(file, embedded);
  }
}

// biome-ignore lint/style/noDefaultExport: jest asks a transformer for it
export default {
  // Jest's own key says nothing of whether the file is loaded as a module.
  getCacheKey: (text, path, { supportsStaticESM }) =>
    createHash('sha256').update([path, supportsStaticESM, text].join('\n')).digest('hex'),
  // A file of a package is CommonJS to jest.
  process: (text, _path, { supportsStaticESM }) => ({
    code: supportsStaticESM ? textModule(text) : `exports.text = ${JSON.stringify(text)};\n`,
  }),
};
