/**
 * The largest folders that a job with images never reads, of GitHub's x64 images of Ubuntu: Android 10 to 12 GB, Haskell
 * 6 GB, Swift 3 GB, CodeQL 2 to 5 GB, .NET 2 to 4 GB. `/opt/ghc` holds links alone.
 * https://github.com/actions/runner-images/issues/10386 (2024), https://github.com/getsentry/self-hosted/pull/4046 (November
 * 2025), https://github.com/project-chip/connectedhomeip/pull/72567 (June 2026)
 */
const FOLDERS = [
  '/usr/local/lib/android',
  '/usr/local/.ghcup',
  '/usr/share/dotnet',
  '/usr/share/swift',
  '/opt/hostedtoolcache/CodeQL',
];

const HOSTED = [
  "put this step before this one, which frees about 25 GB of what GitHub's x64 image brings:",
  '- run: |',
  `    sudo rm -rf ${FOLDERS.join(' ')}`,
  '    docker image prune --all --force',
].join('\n    ');

const OTHER = 'free space where Docker keeps its images: docker system prune, docker buildx prune';

/** What frees space for images: on a runner of GitHub's own, on another machine, or where it is not known which it is. */
export function freeSpaceHint(hosted: boolean | undefined): string {
  if (hosted === undefined) return `${OTHER}; on a runner of GitHub's own, ${HOSTED}`;
  return hosted ? HOSTED : OTHER;
}

/** `RUNNER_ENVIRONMENT`: https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export function isHosted(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['RUNNER_ENVIRONMENT'] === 'github-hosted';
}
