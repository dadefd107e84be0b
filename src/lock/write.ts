import type { Lock, LockedPackages } from './lock.ts';
import { byText } from './order.ts';

const NOTE = 'made by "jobimg lock": commit it, and do not edit it';

/** One text per lock, whatever the order it was found in; a version that moves is one line of a diff. */
export function writeLock({ tools, bases, packages }: Lock): string {
  const file = {
    note: NOTE,
    version: 1,
    tools: { generator: tools.generator, uv: tools.uv },
    bases: Object.fromEntries(
      sorted(bases).map(([name, digests]) => [name, Object.fromEntries(sorted(digests))]),
    ),
    packages: [...packages].sort(byPlace).map(entryOf),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

function entryOf({ step, base, platform, inputs, installer, pins }: LockedPackages): object {
  return { step, base, platform, inputs, [installer]: [...new Set(pins)].sort(byText) };
}

function byPlace(a: LockedPackages, b: LockedPackages): number {
  return byText(keyOf(a), keyOf(b));
}

function keyOf({ step, base, platform, inputs }: LockedPackages): string {
  return [step, base, platform, inputs].join('\0');
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => byText(a, b));
}
