/** Names of what the main step tells its post step; the runner keeps the values, and this is all that both load. */
export const LIVE_RUNS = 'jobimg-runs';
/** Which process the main step is. */
export const MAIN_PROCESS = 'jobimg-process';
/** Whether a builder that was made stays. */
export const KEEP_BUILDER = 'jobimg-keep-builder';
/** Whether what a run leaves is uploaded. */
export const ARTIFACT = 'jobimg-artifact';
/** Whether another repository has sent the run, and looks for its record. */
export const SENT = 'jobimg-sent';
