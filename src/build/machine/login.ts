import { UserError } from '../../errors.ts';

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** `user:password`, or a token alone, which stands with a user's name that says so. */
export function readLogin(value: string, secret: string, tokenUser: string): Login {
  const colon = value.indexOf(':');
  const user = colon < 0 ? tokenUser : value.slice(0, colon);
  const password = value.slice(colon + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (user !== '' && password !== '' && !/[\u0000-\u001f\u007f]/.test(value)) return { user, password };
  throw new UserError(`the value of the secret "${secret}" is neither "user:password" nor a token`, {
    code: 'secret-form',
    hint: 'write both parts with a colon between them and on one line, or the token alone',
  });
}

/** What the readers of netrc files in Python and in uv take in one way only. */
const PLAIN = /^[!#-[\]-~]+$/;

export function netrcText(host: string, { user, password }: Login, secret: string): string {
  if (PLAIN.test(user) && PLAIN.test(password))
    return `machine ${host}\nlogin ${user}\npassword ${password}\n`;
  throw new UserError(`the value of the secret "${secret}" cannot be passed to pip and uv`, {
    code: 'secret-form',
    hint: 'it contains a space, a quote, a backslash or a non-ASCII character; use a token, or another password',
  });
}
