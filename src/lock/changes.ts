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
  return new Map([...bases, ...lock.packages.flatMap(pinLines)]);
}

function pinLines({ step, pins }: LockedPackages): readonly (readonly [string, string])[] {
  return pins.map((pin) => {
    const [, name = pin, version = ''] = /^(.+?)(?:={1,2}| @ )(.*?)(?: --hash=.*)?$/.exec(pin) ?? [];
    return [`${name} (${step})`, version];
  });
}
