/** Before each line that the job prints, in the log of a workflow that also has lines of others. */
export const SENT_LOG_PREFIX = '| ';
