export type Credential =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** What a token server takes in exchange for an access token: https://distribution.github.io/distribution/spec/auth/oauth/ */
  | { readonly kind: 'identity'; readonly token: string };

/** Every form in which a credential may come to light. */
export function secretsOf(credential: Credential): readonly string[] {
  if (credential.kind === 'identity') return [credential.token];
  return [credential.password, basicOf(credential)];
}

/** https://www.rfc-editor.org/rfc/rfc7617 */
export function basicOf({
  username,
  password,
}: {
  readonly username: string;
  readonly password: string;
}): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
}
