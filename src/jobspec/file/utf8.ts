import { UserError } from '../../errors.ts';

/** The text of a file that must be UTF-8; what is not is named with its line. */
export function utf8Text(bytes: Uint8Array, path: string): string {
  try {
    return decoded(bytes);
  } catch (cause) {
    throw notUtf8(bytes, path, cause);
  }
}

function decoded(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

function notUtf8(bytes: Uint8Array, path: string, cause: unknown): UserError {
  const name = JSON.stringify(path);
  if (hasWideMark(bytes)) {
    return new UserError(`${name} is UTF-16, as ">" of Windows PowerShell writes it, and not UTF-8 text`, {
      code: 'not-utf8',
      hint: `save it as UTF-8, in PowerShell: (Get-Content ${path}) | Set-Content -Encoding utf8 ${path}`,
      location: { file: path },
      cause,
    });
  }
  const line = firstBadLine(bytes);
  return new UserError(`${name} is not UTF-8 text: line ${line} has other bytes`, {
    code: 'not-utf8',
    hint: 'save it as UTF-8',
    location: { file: path, line },
    cause,
  });
}

/** The mark of UTF-16 in either order of bytes. */
function hasWideMark([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

/** No character of several bytes has a line break among them. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const last = end < 0 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, last))) return line;
    start = last + 1;
  }
  return line;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoded(bytes);
    return true;
  } catch {
    return false;
  }
}
