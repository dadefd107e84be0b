import { SENT_LOG_PREFIX } from '../../run/sent/log-prefix.ts';
import type { WorkflowApi } from './api/api.ts';
import type { WorkflowJob } from './api/runs.ts';
import { isJobimg } from './standing.ts';

/** As the runner writes it before each line. */
const TIME = /^\uFEFF?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z /;
/** Bytes of a log that are read. */
export const MOST_LOG_BYTES = 64 * 1024 ** 2;

export interface JobLog {
  readonly text: string;
  /** What GitHub does not have of it: it has a log some time after the end of its job, and until that expires. */
  readonly lacks: 'nothing' | 'not there' | 'expired';
}

/** What the run has printed, of the log of its job: https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run */
export async function logOf(jobs: readonly WorkflowJob[], api: WorkflowApi): Promise<JobLog> {
  const own = jobs.filter(({ steps }) => steps?.some(({ name }) => isJobimg(name)));
  const texts: string[] = [];
  let lacks: JobLog['lacks'] = 'nothing';
  for (const { id, runner_name: runner } of own.length > 0 ? own : jobs) {
    const { status, text } = await api.call({
      method: 'GET',
      path: `actions/jobs/${id}/logs`,
      expect: [404, 410],
      limit: MOST_LOG_BYTES,
    });
    if (status === 200) texts.push(text);
    // A job that no runner has had never gets a log.
    else if (runner) lacks = status === 404 ? 'not there' : 'expired';
  }
  return { text: printedIn(texts.join('')), lacks };
}

/** The lines that the job has printed; all of them where none is marked as such, because it never came so far. */
export function printedIn(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(TIME, ''));
  if (lines.at(-1) === '') lines.pop();
  const printed = lines.filter((line) => line.startsWith(SENT_LOG_PREFIX));
  const shown = printed.length === 0 ? lines : printed.map((line) => line.slice(SENT_LOG_PREFIX.length));
  return shown.map((line) => `${line}\n`).join('');
}
