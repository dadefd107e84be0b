import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../src/errors.ts';
import { checkPin, installPins, type Pin } from '../../../../src/recipe/dependencies/kind/pins.ts';
import { neededPackages } from '../../../../src/recipe/dependencies/poetry/walk.ts';
import { pepVersions } from '../../../../src/recipe/packages/poetry-versions.ts';
import { allowsRelease, parseSpecifiers } from '../../../../src/recipe/packages/specifier.ts';
import { viewOf } from '../../../../src/recipe/toml.ts';

/** Texts that look like those of a lock, and texts that would like to be more. */
function textOf(...usual: readonly string[]): fc.Arbitrary<string> {
  const pieces = [
    '\n',
    '\r',
    ' ',
    '#',
    '\\',
    '--',
    '--end--',
    '-r x',
    ' --hash=sha256:0',
    '$(id)',
    '`',
    "'",
    '"',
  ];
  const strange = fc
    .array(fc.constantFrom(...usual, ...pieces), { maxLength: 4 })
    .map((parts) => parts.join(''));
  return fc.oneof(fc.constantFrom(...usual), strange, fc.string({ maxLength: 8 }));
}

const PIN: fc.Arbitrary<Pin> = fc.record({
  name: textOf('a', 'a-b', 'torch'),
  release: textOf('==1.0', ' @ https://example.org/a.whl', ' @ git+ssh://git@example.org/a@abc', ''),
  marker: fc.option(textOf('python_version < "3"', 'sys_platform == "linux"'), { nil: undefined }),
  hashes: fc.array(textOf(`sha256:${'a'.repeat(64)}`), { maxLength: 2 }),
});

function checked(pin: Pin): Pin | undefined {
  try {
    return checkPin(pin);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

describe('pins of a lock', () => {
  it('become requirements and their hashes, and nothing else, whatever the lock says', () => {
    fc.assert(
      fc.property(fc.array(PIN, { maxLength: 4 }), (pins) => {
        const good = pins.map(checked).filter((pin) => pin !== undefined);
        const lines = installPins(good).flatMap((text) => text.split('\n').slice(2, -1));

        for (const line of lines) {
          expect(line).toMatch(
            /^(?:[A-Za-z0-9][A-Za-z0-9._[\],-]*(?:===?\S+| @ \S+)?(?: ; [^#\\\n]+)?| {4}--hash=sha256:[0-9a-f]{64})(?: \\)?$/,
          );
        }
        expect(lines.filter((line) => !line.startsWith(' '))).toHaveLength(
          new Set(good.map((pin) => JSON.stringify({ ...pin, hashes: [...new Set(pin.hashes)].sort() })))
            .size,
        );
      }),
    );
  });
});

const RELEASE = fc.array(fc.nat(30), { minLength: 1, maxLength: 3 });

describe('a caret of Poetry', () => {
  it('allows its own version and what follows up to the first number that counts, and no further', () => {
    fc.assert(
      fc.property(RELEASE, (release) => {
        const set = parseSpecifiers(pepVersions(`^${release.join('.')}`));
        const first = release.findIndex((number) => number > 0);
        const index = first < 0 ? release.length - 1 : first;
        const raised = release.map((number, at) => (at === index ? number + 1 : at < index ? number : 0));

        expect(allowsRelease(set, release.join('.'))).toBe(true);
        expect(allowsRelease(set, `${release.join('.')}.1`)).toBe(true);
        expect(allowsRelease(set, raised.join('.'))).toBe(false);
      }),
    );
  });
});

describe('a lock of Poetry 1', () => {
  it('needs exactly what can be reached from the project, however its packages name each other', () => {
    const size = 6;
    const edges = fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 14 });
    const roots = fc.uniqueArray(fc.nat(size - 1), { maxLength: 2 });
    fc.assert(
      fc.property(edges, roots, (all, first) => {
        const tableOf = (targets: readonly number[]) =>
          Object.fromEntries(targets.map((target) => [`p${target}`, '*']));
        const packages = Array.from({ length: size }, (_, from) => ({
          name: `p${from}`,
          version: '1',
          dependencies: tableOf(all.filter(([source]) => source === from).map(([, target]) => target)),
        }));
        const project = { tool: { poetry: { dependencies: { python: '*', ...tableOf(first) } } } };

        const needed = neededPackages(viewOf({ package: packages }, 'lock'), viewOf(project, 'project'));

        expect(needed.map(({ one, marker }) => [one.text('name'), marker])).toEqual(
          [...reached(first, all)].sort().map((index) => [`p${index}`, undefined]),
        );
      }),
    );
  });
});

function reached(
  roots: readonly number[],
  edges: readonly (readonly [from: number, to: number])[],
): ReadonlySet<number> {
  const found = new Set(roots);
  for (const from of found) for (const [source, target] of edges) if (source === from) found.add(target);
  return found;
}
