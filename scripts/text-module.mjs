// Programs in other languages are files of their own, and our code has them as texts: `import { text } from './x.py'`.
// `npm run build` writes such a module beside each, and jest makes one where a test imports the file.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function textModule(text) {
  return `export const text = ${JSON.stringify(text)};\n`;
}

/** What the compiled sources in `folder` import as a text becomes a module beside the one that imports it. */
export function embedTexts(folder, sources) {
  for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'))) {
    const file = join(folder, name);
    const code = readFileSync(file, 'utf8');
    const embedded = code.replace(/(from ['"])(\.[^'"]*\.py)(['"])/g, (_, before, path, after) => {
      const text = readFileSync(join(sources, dirname(name), path), 'utf8');
      writeFileSync(join(dirname(file), `${path}.js`), textModule(text));
      return `${before}${path}.js${after}`;
    });
    if (embedded !== code) writeFileSync(file, embedded);
  }
}

// biome-ignore lint/style/noDefaultExport: jest asks a transformer for it
export default { process: (text) => ({ code: textModule(text) }) };
