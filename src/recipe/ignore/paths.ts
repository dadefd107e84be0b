import { normalize } from 'node:path/posix';

/** The link that leads from a repository to the runs that the machine keeps. */
export const RUNS_LINK = 'jobimg-runs';

/** What never enters unless a `!` pattern names it. Docker's patterns match at the root only, hence the `**`. */
export const BUILT_IN_IGNORE: readonly string[] = [
  '**/.git',
  '**/.github',
  '**/__pycache__',
  '**/.venv',
  '**/.env',
  '**/.ssh',
  '**/.aws',
  '**/.docker/config.json',
  '**/id_rsa',
  '**/id_dsa',
  '**/id_ecdsa',
  '**/id_ed25519',
  '.dockerignore',
  'jobimg.lock',
  // Jobs of a sub folder leave one there.
  `**/${RUNS_LINK}`,
];

/** Paths that belong to the run and not to the code, relative to the repository. */
export interface RunPaths {
  readonly spec: string;
  readonly overlays?: readonly string[] | undefined;
  readonly outputs: readonly string[];
  readonly metrics?: string | undefined;
  readonly checkpoint?: string | undefined;
}

/** The patterns that stand before those of the user's own `.dockerignore`. */
export function codePatterns(paths: RunPaths): readonly string[] {
  return [...BUILT_IN_IGNORE, ...runPathPatterns(paths)];
}

export function runPathPatterns(paths: RunPaths): readonly string[] {
  const own = [paths.spec, ...(paths.overlays ?? []), ...paths.outputs, paths.metrics, paths.checkpoint];
  return own.filter((path) => path !== undefined).map(literalPattern);
}

/** A pattern that matches this path and nothing else. */
export function literalPattern(path: string): string {
  return normalize(path).replace(/[*?[\]\\^!]/g, '\\$&');
}
