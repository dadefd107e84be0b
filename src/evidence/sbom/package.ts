/** A package as its installer has recorded it. */
export interface Package {
  readonly kind: 'conda' | 'deb' | 'pypi';
  readonly name: string;
  readonly version: string;
  /** https://github.com/package-url/purl-spec */
  readonly purl: string;
  /** An expression of SPDX; undefined: it says none. */
  readonly license?: string | undefined;
}

/** A package URL of the type, namespaces and name in `path`: https://github.com/package-url/purl-spec */
export function purlOf(
  path: readonly string[],
  version: string,
  qualifiers: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(qualifiers).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${encoded(value)}`],
  );
  const query = given.length === 0 ? '' : `?${given.sort().join('&')}`;
  return `pkg:${path.map(encoded).join('/')}@${encoded(version)}${query}`;
}

/** As the specification has it: a colon stays. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
