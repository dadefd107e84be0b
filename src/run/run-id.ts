import { idOf } from '../oci/canonical.ts';

/** What a workflow run is known by; the id of our run is made of it, so that a later start finds it again. */
export interface GitHubRun {
  /** `GITHUB_RUN_ID` */
  readonly runId: string;
  /** `GITHUB_RUN_ATTEMPT` */
  readonly runAttempt: string;
  /** `GITHUB_JOB` */
  readonly job: string;
  /** `GITHUB_ACTION`: the step. */
  readonly action: string;
  /**
   * Which of the jobs of the workflow's matrix it is, the same over all attempts; no variable tells that. undefined: nobody
   * says. https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#strategy-context
   */
  readonly jobIndex?: string | undefined;
}

export interface RunName {
  readonly id: string;
  /** The same over all attempts. */
  readonly family: string;
}

/** With `jobimg-` before it, a DNS label. */
const MAX_LENGTH = 52;

interface RunIdOptions {
  readonly github?: GitHubRun | undefined;
  /** Hex digits that nobody else has, for runs off GitHub. */
  readonly random: string;
  readonly job: string;
  /** What tells runs of one step apart: its params and overrides. */
  readonly leg: unknown;
}

/** `<run id>-<attempt>-<job>-<8 hex>` of lower-case letters, digits and dashes; the job's name is cut first. */
export function runName({ github, random, job, leg }: RunIdOptions): RunName {
  if (github === undefined) {
    const id = join([], job, random.slice(0, 12));
    return { id, family: id };
  }
  const { runId, runAttempt, job: step, action, jobIndex } = github;
  const hex = idOf({ job: step, action, leg, jobIndex }).slice('sha256:'.length, 'sha256:'.length + 8);
  return { id: join([runId, runAttempt], job, hex), family: join([runId], job, hex) };
}

function join(before: readonly string[], job: string, hex: string): string {
  const fixed = [...before, hex].map(plain);
  const room = MAX_LENGTH - fixed.join('-').length - 1;
  const name = plain(job).slice(0, Math.max(0, room)).replace(/-+$/, '');
  const parts = [...fixed.slice(0, -1), name, fixed.at(-1) ?? ''];
  return parts
    .filter((part) => part !== '')
    .join('-')
    .slice(-MAX_LENGTH);
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
