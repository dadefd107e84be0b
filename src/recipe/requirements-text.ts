import { UserError } from '../errors.ts';
import type { Tree } from '../jobspec/file/tree.ts';
import { utf8Text } from '../jobspec/file/utf8.ts';

/** A requirements file as pip decodes it; undefined when there is none. */
export function requirementsText(tree: Tree, path: string): string | undefined {
  return tree.text(path, pipText);
}

/**
 * A mark at the start decides, then a coding line as Python has it, else it is UTF-8:
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/#encoding
 */
export function pipText(bytes: Uint8Array, path: string): string {
  const marked = markOf(bytes);
  if (marked !== undefined) return decodedAs(marked, bytes, path);
  const coding = codingOf(bytes);
  return coding === undefined ? utf8Text(bytes, path) : decodedAs(coding, bytes, path);
}

/** UTF-32 begins as UTF-16 does, and nobody writes it. */
function markOf([first, second, third, fourth]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe && !(third === 0 && fourth === 0)) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
}

/** In one of the first two lines. */
function codingOf(bytes: Uint8Array): string | undefined {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 1_024));
  const lines = start.split('\n').slice(0, 2);
  return lines
    .map((line) => /^#.*coding[:=]\s*([-\w.]+)/.exec(line)?.[1])
    .find((coding) => coding !== undefined);
}

function decodedAs(coding: string, bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder(labelOf(coding), { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UserError(`${JSON.stringify(path)} cannot be read as "${coding}", which it says it is`, {
      code: 'not-utf8',
      hint: 'save it as UTF-8, and remove its coding line',
      location: { file: path, line: 1 },
      cause,
    });
  }
}

/** A codec of Python under the name that the web has for it. */
function labelOf(coding: string): string {
  const name = coding.toLowerCase().replaceAll('_', '-');
  return name
    .replace(/^latin-?(\d+)$/, 'latin$1')
    .replace(/^cp-?(125\d)$/, 'windows-$1')
    .replace(/^iso-?8859-(\d+)$/, 'iso-8859-$1')
    .replace(/^(?:utf-?8-sig|u8)$/, 'utf-8');
}
