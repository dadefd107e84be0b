import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { UserError } from '../../../../errors.ts';

const text = z.string().nullish();

/** What the official client does not read of a user: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#AuthInfo */
const AuthInfo = z.object({
  tokenFile: text,
  as: text,
  'as-uid': text,
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.record(z.string(), z.array(z.string())).nullish(),
});

const Users = z.object({
  users: z.array(z.object({ name: z.string(), user: AuthInfo.nullish() })).nullish(),
});

export interface OwnUser {
  /** Absolute. It is read anew, for its token is replaced. */
  readonly tokenFile: string | undefined;
  /** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
  readonly impersonation: Readonly<Record<string, string | string[]>>;
}

/** By name. Paths are relative to the folder of the file. */
export function usersIn(yaml: string, file: string): ReadonlyMap<string, OwnUser> {
  const { users } = Users.parse(parse(yaml));
  return new Map(
    (users ?? []).map(({ name, user }) => {
      const tokenFile = user?.tokenFile ? resolve(dirname(file), user.tokenFile) : undefined;
      return [name, { tokenFile, impersonation: impersonationOf(name, user ?? {}) }] as const;
    }),
  );
}

function impersonationOf(name: string, user: z.infer<typeof AuthInfo>): OwnUser['impersonation'] {
  const { as, 'as-uid': uid, 'as-groups': groups, 'as-user-extra': extra } = user;
  const others = {
    ...(uid ? { 'Impersonate-Uid': uid } : {}),
    ...(groups?.length ? { 'Impersonate-Group': groups } : {}),
    ...Object.fromEntries(Object.entries(extra ?? {}).map(([key, values]) => [extraHeader(key), values])),
  };
  if (as) return { 'Impersonate-User': as, ...others };
  if (Object.keys(others).length === 0) return {};
  throw new UserError(`the user "${name}" impersonates a group, a uid or an extra, and no user`, {
    code: 'kubeconfig',
    hint: 'write "as" beside it, or leave "as-uid", "as-groups" and "as-user-extra" out',
  });
}

/** Keys are often domains with a path, and a header may have no "/" in its name. */
function extraHeader(key: string): string {
  const escaped = key.replace(/[^A-Za-z0-9!#$&'*+.^_`|~-]/g, (one) =>
    [...Buffer.from(one, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
  return `Impersonate-Extra-${escaped}`;
}
