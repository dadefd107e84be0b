/** A registry or mirror of this machine alone is spoken to without TLS, as it is everywhere here. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?(?:\/|$)/;

/** Where conda's channels are read from, as the program of a step takes it: addresses by the beginning they stand for. */
export function channelMirrors(mirrors: ReadonlyMap<string, string>): string {
  const entries = [...mirrors].map(([host, mirror]) => [
    `https://${host}`,
    `${LOOPBACK.test(mirror) ? 'http' : 'https'}://${mirror}`,
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}
