import type { GitHubRun } from '../run-id.ts';

/** What of a run is known only when it is started. */
export interface RunContext {
  readonly github?: GitHubRun | undefined;
  /** `GITHUB_SERVER_URL` */
  readonly server?: string | undefined;
  /** `GITHUB_REPOSITORY`, for a label. */
  readonly repository?: string | undefined;
  /** Whose caches a run finds and fills: the repository, and how far its code is trusted. */
  readonly scope?: string | undefined;
  readonly gitSha?: string | undefined;
  /** Random hex digits, at least 12. */
  readonly random: string;
  /** Of this run, from 1. */
  readonly attempt: number;
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** `key=value` that replaced parts of the spec for this run. */
  readonly overrides?: ReadonlyMap<string, string> | undefined;
  /** For `env: { NAME: null }`. */
  readonly callerEnv: ReadonlyMap<string, string>;
}
