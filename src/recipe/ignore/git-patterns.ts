/**
 * Patterns of a file that is written as `.gitignore` is, in the words of `.dockerignore`: a name without a slash
 * matches at every depth. Those that name something outside of `folder` are left out; the others are relative to it.
 * https://git-scm.com/docs/gitignore#_pattern_format
 */
export function gitPatterns(text: string, folder: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line) => patternOf(line, folder));
}

function patternOf(line: string, folder: string): readonly string[] {
  const written = line.replace(/(?<!\\)[ \t]+$/, '');
  if (written === '' || written.startsWith('#')) return [];
  const excepts = written.startsWith('!');
  const path = (excepts ? written.slice(1) : written).replace(/\/+$/, '').replace(/^\\(?=[#!])/, '');
  const inside = path.includes('/') ? relative(path.replace(/^\//, ''), folder) : `**/${path}`;
  if (inside === undefined || path === '') return [];
  return [`${excepts ? '!' : ''}${inside}`];
}

function relative(path: string, folder: string): string | undefined {
  if (folder === '' || folder === '.' || path.startsWith('**/')) return path;
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}
