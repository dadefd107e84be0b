/** What is known of the secrets of a run by whoever reads its log. */
export interface KnownSecrets {
  readonly values: ReadonlyMap<string, string>;
  /** Names whose values nobody tells. */
  readonly unknown: readonly string[];
}

/**
 * The values that the run was given, as its place tells them, and else those of this environment. A hash of each, kept with
 * the run, would tell more: but whoever reads it there could try values for as long as they like.
 */
export function knownSecrets(
  names: readonly string[],
  told: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
): KnownSecrets {
  const values = new Map<string, string>();
  const unknown: string[] = [];
  for (const name of names) {
    const value = told.get(name) ?? env[name];
    if (value === undefined) unknown.push(name);
    else values.set(name, value);
  }
  return { values, unknown };
}
