/** What the folder of a run is named by. */
export interface FolderOf {
  readonly run: string;
  /** When it was started first, as its record has it. */
  readonly started: string;
  /** What tells it from the other legs of its matrix. */
  readonly leg?: string | undefined;
}

/** Characters of a leg; names of files may have 255, and endings of ours follow. */
const LONGEST_LEG = 80;

/**
 * `2026-12-01T1756Z-train-0f3a12345678_lr=0.1`: names sort by time, the id can be read back, and every system and shell
 * takes them as they are.
 */
export function folderName({ run, started, leg }: FolderOf): string {
  const when = `${started.slice(0, 13)}${started.slice(14, 16)}Z`;
  const label = portable(leg ?? '');
  return label === '' ? `${when}-${run}` : `${when}-${run}_${label}`;
}

/** A dot stays in a number alone: endings begin with one. */
function portable(label: string): string {
  return label
    .replace(/\.(?!\d)/g, '-')
    .replace(/[^A-Za-z0-9=.+]+/g, '-')
    .slice(0, LONGEST_LEG)
    .replace(/^-+|[-.]+$/g, '');
}

const FOLDER =
  /^\d{4}-\d\d-\d\dT\d{4}Z-(?<run>[a-z0-9-]{1,52})(?:_(?:[A-Za-z0-9=+-]|\.(?=\d))+)?(?<ending>|\.\D.*)$/;

/** The run that the name of a folder begins with, and what follows. */
export function readFolderName(name: string): { readonly run: string; readonly ending: string } | undefined {
  const { run, ending = '' } = FOLDER.exec(name)?.groups ?? {};
  return run === undefined ? undefined : { run, ending };
}

/** A link to the folder of the run that was started last; ids end with digits, so that no run has this name. */
export const LATEST = 'latest';

/** What ends the name of the folder of a matrix, behind the id of the leg that it goes with. */
export const MATRIX = '.matrix';
