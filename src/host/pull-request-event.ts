import { readFile } from 'node:fs/promises';
import * as z from 'zod';

/** The pull request that a workflow runs for, as GitHub itself says it. */
export interface PullRequestEvent {
  /** Of a workflow that runs after another one, only the pull request itself tells. */
  readonly number: number | undefined;
  readonly sha: string;
  /** `owner/name` that its commit comes from. */
  readonly repository: string;
}

const Repository = z.object({ full_name: z.string() });
/** https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const Payload = z.object({
  pull_request: z
    .object({ number: z.int(), head: z.object({ sha: z.string(), repo: Repository.nullish() }) })
    .optional(),
  workflow_run: z
    .object({ event: z.string(), head_sha: z.string(), head_repository: Repository.nullish() })
    .optional(),
});

type Variables = Readonly<Record<string, string | undefined>>;

/** undefined: it runs for none. */
export async function readPullRequestEvent(env: Variables): Promise<PullRequestEvent | undefined> {
  const path = env['GITHUB_EVENT_PATH'];
  if (!path) return undefined;
  const { pull_request: pull, workflow_run: run } = Payload.parse(JSON.parse(await readFile(path, 'utf8')));
  if (env['GITHUB_EVENT_NAME'] === 'workflow_run') {
    const repository = run?.head_repository?.full_name;
    if (run?.event !== 'pull_request' || repository === undefined) return undefined;
    return { number: undefined, sha: run.head_sha, repository };
  }
  const repository = pull?.head.repo?.full_name;
  if (env['GITHUB_EVENT_NAME'] !== 'pull_request' || pull === undefined || repository === undefined)
    return undefined;
  return { number: pull.number, sha: pull.head.sha, repository };
}
