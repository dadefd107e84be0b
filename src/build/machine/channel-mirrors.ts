import { mirrorAddress } from '../../plan/mirrors.ts';

/** Where conda's channels are read from, as the program of a step takes it: addresses by the beginning they stand for. */
export function channelMirrors(mirrors: ReadonlyMap<string, string>): string {
  const entries = [...mirrors].map(([host, mirror]) => [`https://${host}`, mirrorAddress(mirror)]);
  return JSON.stringify(Object.fromEntries(entries));
}
