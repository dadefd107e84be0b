import type { Location } from '../../errors.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { SOURCE_MOUNT } from '../../recipe/pip.ts';

/** pip's own words for a line of a requirements file, of its two releases of them. */
const PLACES: readonly RegExp[] = [
  /ERROR.*\(from -r (?<path>\S+) \(line (?<line>\d+)\)\)/,
  /\(from line (?<line>\d+) of (?:-r )?(?<path>[^\s)]+)\)/,
];

/** The line of a requirements file that pip names in its errors; undefined: it names none that is the user's. */
export function pipPlace(lines: readonly string[], plan: Pick<BuildPlan, 'context'>): Location | undefined {
  const places = lines.flatMap((line) => PLACES.map((place) => place.exec(line)?.groups));
  for (const { path = '', line } of places.filter((place) => place !== undefined)) {
    const file = fileOf(path, plan);
    if (file !== undefined) return { file, line: Number(line) };
  }
  return undefined;
}

/** Steps of ours see files of the repository below a folder; elsewhere the one file of the name is meant. */
function fileOf(path: string, { context }: Pick<BuildPlan, 'context'>): string | undefined {
  if (path.startsWith(`${SOURCE_MOUNT}/`)) return path.slice(SOURCE_MOUNT.length + 1);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const found = context.flatMap(({ files, entries }) =>
    entries
      .filter((entry) => entry.path === name || entry.path.endsWith(`/${name}`))
      .map(
        (entry) => (files.kind === 'walked' && files.folder !== '' ? `${files.folder}/` : '') + entry.path,
      ),
  );
  return found.length === 1 ? found[0] : undefined;
}
