/**
 * An address without the login that it holds; undefined for one that may hold a secret elsewhere too. Addresses of
 * proxies may come without their scheme.
 */
export function publicAddress(address: string): string | undefined {
  const bare = address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/?#]*@/i, '$1');
  // A signature stands in the query, and what has another "@" is read in more ways than one.
  return /[@?#]/.test(bare) ? undefined : bare;
}
