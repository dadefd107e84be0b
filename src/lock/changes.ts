import type { Lock, LockedPackages } from './lock.ts';
import { byText } from './order.ts';

/** What moved between two locks, one line each, for a person who decides whether to commit the second. */
export function changesOf(before: Lock | undefined, after: Lock): readonly string[] {
  const [was, is] = [linesOf(before), linesOf(after)];
  const names = [...new Set([...was.keys(), ...is.keys()])].sort(byText);
  return names.flatMap((name) => {
    const [from, to] = [was.get(name), is.get(name)];
    if (from === to) return [];
    if (from === undefined) return [`added ${name}: ${to}`];
    return to === undefined ? [`removed ${name}: ${from}`] : [`${name}: ${from} → ${to}`];
  });
}

function linesOf(lock: Lock | undefined): ReadonlyMap<string, string> {
  if (lock === undefined) return new Map();
  const bases = [...lock.bases].flatMap(([base, digests]) =>
    [...digests].map(([platform, digest]) => [`base ${base} (${platform})`, digest] as const),
  );
  // A platform that is the only one goes without saying.
  const isOne = new Set(lock.packages.map(({ platform }) => platform)).size <= 1;
  const pins = lock.packages.flatMap((locked) =>
    pinLines(locked, isOne ? locked.step : `${locked.step}, ${locked.platform}`),
  );
  return new Map([...bases, ...pins]);
}

function pinLines(
  { pins, installer }: LockedPackages,
  place: string,
): readonly (readonly [string, string])[] {
  return pins.map((pin) => {
    if (installer === 'conda') return condaLine(pin, place);
    const [, name = pin, version = ''] = /^(.+?)(?:={1,2}| @ )(.*?)(?: --hash=.*)?$/.exec(pin) ?? [];
    return [`${name} (${place})`, version];
  });
}

/** `…/zlib-1.3.1-h4ab18f5_1.conda`: version and build stand in the name of the archive. */
function condaLine(pin: string, place: string): readonly [string, string] {
  const [, name = pin, file = ''] = /^(\S+) @ \S+\/(\S+?)\.(?:conda|tar\.bz2) /.exec(pin) ?? [];
  return [`${name} (${place})`, file.startsWith(`${name}-`) ? file.slice(name.length + 1) : file];
}
