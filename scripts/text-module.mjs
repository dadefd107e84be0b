// Programs in other languages are files of their own, and our code has them as texts: `import { text } from './x.py'`.
// `npm run build` writes such a module beside each, and jest makes one where a test imports the file.

export function textModule(text) {
  return `export const text = ${JSON.stringify(text)};\n`;
}

// biome-ignore lint/style/noDefaultExport: jest asks a transformer for it
export default { process: (text) => ({ code: textModule(text) }) };
