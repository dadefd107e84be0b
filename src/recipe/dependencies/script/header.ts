import { UserError } from '../../../errors.ts';
import { parseToml, type Toml } from '../../toml.ts';

/** The TOML between `# /// script` and the last `# ///` of the same comment; undefined when there is none. */
export function readHeader(text: string, file: string): Toml | undefined {
  const block = headerBlock(text, file);
  return block && headerToml(block, file);
}

export function headerToml({ lines, line }: HeaderBlock, file: string): Toml {
  const indent = '# '.length;
  const toml = lines.slice(1, -1).map((one) => one.slice(indent));
  return parseToml(toml.join('\n'), file, { line: line + 1, indent });
}

export interface HeaderBlock {
  /** With its first and its last line. */
  readonly lines: readonly string[];
  /** Where it begins. */
  readonly line: number;
}

export function headerBlock(text: string, file: string): HeaderBlock | undefined {
  const lines = text.split(/\r?\n/);
  const starts = lines.flatMap((line, index) => (line === '# /// script' ? [index] : []));
  const [start, second] = starts;
  if (start === undefined) return undefined;
  if (second !== undefined)
    throw new UserError(`"${file}" has two headers`, {
      code: 'script-header',
      location: { file, line: second + 1 },
    });

  const end = lines.findIndex((line, index) => index > start && line !== '#' && !line.startsWith('# '));
  const comment = lines.slice(start, end < 0 ? undefined : end);
  const last = comment.lastIndexOf('# ///');
  if (last < 0) {
    throw new UserError(`the header of "${file}" has no end`, {
      code: 'script-header',
      hint: 'end it with a line "# ///"',
      location: { file, line: start + 1 },
    });
  }
  return { lines: comment.slice(0, last + 1), line: start + 1 };
}
