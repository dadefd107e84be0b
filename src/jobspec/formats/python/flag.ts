import { UserError } from '../../../errors.ts';
import { scalar } from '../../rows/scalar.ts';

/** True or false in each of the words that PyYAML takes for them. */
export const flag = scalar((written) => {
  if (/^(?:yes|true|on)$/i.test(written)) return true;
  if (/^(?:no|false|off)$/i.test(written)) return false;
  throw new UserError(`"${written}" is neither true nor false`);
});
