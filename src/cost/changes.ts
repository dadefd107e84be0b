import { MOST_CHANGES, type PackageChange, type PackagesCost } from './cost.ts';
import { isLock, type Versions, versionsIn } from './versions.ts';

/** One file as it is on both sides; undefined: it is not there. */
export interface ComparedFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/**
 * Which packages move between two sets of files. What pins nothing leaves the choice to the build; of what pins a part,
 * the rest does.
 */
export function packageChanges(files: readonly ComparedFile[]): PackagesCost {
  const changed = files.filter(({ before, after }) => before !== after);
  const read = changed.flatMap((file) => {
    const [before, after] = [pinsOf(file.path, file.before), pinsOf(file.path, file.after)];
    return before.size + after.size === 0 ? [] : [{ before, after, whole: isLock(file.path) }];
  });
  const isWhole = read.length === changed.length && read.every(({ whole }) => whole);
  if (read.length === 0) return { kind: 'at-build' };
  const changes = changesBetween(
    merged(read.map(({ before }) => before)),
    merged(read.map(({ after }) => after)),
  );
  const shown = changes.slice(0, MOST_CHANGES);
  return { kind: 'pinned', changes: shown, more: changes.length - shown.length, whole: isWhole };
}

function pinsOf(path: string, text: string | undefined): Versions {
  return (text === undefined ? undefined : versionsIn(path, text)) ?? new Map();
}

function merged(all: readonly Versions[]): Versions {
  return new Map(all.flatMap((one) => [...one]));
}

function changesBetween(before: Versions, after: Versions): readonly PackageChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [from, to] = [before.get(name), after.get(name)];
    if (from === to) return [];
    return [{ name, from, to }];
  });
}
