import type { Findings } from '../../findings.ts';

/**
 * Takes the parser directives out of a user's own Dockerfile: `syntax` names an image whose code would run in the builder,
 * `escape` another way to read the file. BuildKit also finds them after a byte order mark and a `#!` line, behind `//`,
 * and in a JSON object. Line numbers stay as they are.
 * https://docs.docker.com/reference/dockerfile/#parser-directives
 */
export function withoutDirectives(text: string, file: string, findings: Findings): string {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  if (/^\s*\{/.test(lines.find((line) => line.trim() !== '') ?? '')) {
    const hint = 'write it as an ordinary Dockerfile';
    findings.error('frontend', `"${file}" begins as a JSON object`, { hint, at: { file, line: 1 } });
  }
  const head = lines.findIndex((line) => !isHead(line));
  const end = head < 0 ? lines.length : head;
  return lines.map((line, index) => (index < end ? blank(line, file, index + 1, findings) : line)).join('\n');
}

/** Comments and empty lines before the first instruction; a `//` line can only be a directive. */
function isHead(line: string): boolean {
  return /^\s*(?:#|\/\/|$)/.test(line);
}

const DIRECTIVE = /^\s*(?:#|\/\/)\s*(syntax|escape|check)\s*=\s*(.+?)\s*$/i;

function blank(line: string, file: string, number: number, findings: Findings): string {
  const [, key = '', value = ''] = DIRECTIVE.exec(line) ?? [];
  const location = { file, line: number };
  if (key.toLowerCase() === 'syntax' && !isOfficial(value)) {
    findings.error(
      'frontend',
      `the Dockerfile needs the frontend "${value}", which would run its code in the builder`,
      { hint: 'build that image elsewhere and name it: image: { base: … }', at: location },
    );
  }
  if (key.toLowerCase() === 'escape' && value !== '\\') {
    const hint = 'use the backslash, and remove the directive';
    findings.error('escape', `the escape character "${value}" is not supported`, { hint, at: location });
  }
  const isDirective = key !== '' || /^\s*(?:\/\/|#!)/.test(line);
  return isDirective ? '#' : line;
}

/** The frontend in the builder itself serves for all of these. */
function isOfficial(value: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@].*)?$/.test(value);
}
