import { UserError } from '../../errors.ts';
import { STRING, scalar } from '../../jobspec/rows/scalar.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_KEY =
  /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

export const labelKey = scalar(
  oneOf(LABEL_KEY, 'the key of a label', 'write it as in nvidia.com/gpu.product'),
  STRING,
);
export const labelValue = scalar(
  oneOf(LABEL_VALUE, 'the value of a label', 'letters, digits, ".", "_" and "-", at most 63'),
);

export function oneOf(pattern: RegExp, what: string, hint: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new UserError(`"${text}" is not ${what}`, { hint });
  };
}
