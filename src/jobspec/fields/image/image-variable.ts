import { UserError } from '../../../errors.ts';
import { STRING, scalar } from '../../rows/scalar.ts';
import { holdsPassword, looksSecret, parseOneLine, parseVariable } from '../../values/names.ts';

/** Variables that become part of an image or of its history, so that a secret among them would be there for all to read. */
export function parseImageVariable(written: string): string {
  const name = parseVariable(written);
  if (!looksSecret(name)) return name;
  throw new UserError(`"${name}" looks like a secret, and the image would keep its value`, {
    hint: `write "secrets: [${name}]" beside "image" for the run, or below "image" for build steps`,
  });
}

function parseImageText(value: string): string {
  if (!holdsPassword(parseOneLine(value))) return value;
  throw new UserError('an address with a password, and the image would keep it', {
    hint: 'write the variable\'s name below "secrets" instead, beside "image" for the run, or below "image" for build steps; a package index is named by "index"',
  });
}

export const imageVariable = scalar(parseImageVariable, STRING);
export const imageText = scalar(parseImageText);
