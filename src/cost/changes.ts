import { MOST_CHANGES, type PackageChange, type PackagesCost } from './cost.ts';
import { isLock, isUnreadLock, type Versions, versionsIn } from './versions.ts';

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
  const read = files.map(pinsOfBoth);
  if (read.some(({ isChanged, path }) => isChanged && isUnreadLock(path))) return { kind: 'unknown' };
  const pinning = read.filter(({ before, after }) => before.size + after.size > 0);
  if (pinning.length === 0 && !files.some(({ path }) => isUnreadLock(path))) return { kind: 'at-build' };
  const isWhole =
    pinning.every(({ path }) => isLock(path)) &&
    read.every((file) => !file.isChanged || pinning.includes(file));
  const changes = changesBetween(
    merged(pinning.map(({ before }) => before)),
    merged(pinning.map(({ after }) => after)),
  );
  const shown = changes.slice(0, MOST_CHANGES);
  return { kind: 'pinned', changes: shown, more: changes.length - shown.length, whole: isWhole };
}

interface ReadFile {
  readonly path: string;
  readonly isChanged: boolean;
  readonly before: Versions;
  readonly after: Versions;
}

function pinsOfBoth({ path, before, after }: ComparedFile): ReadFile {
  const pins = pinsOf(path, after);
  const isChanged = before !== after;
  return { path, isChanged, before: isChanged ? pinsOf(path, before) : pins, after: pins };
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
