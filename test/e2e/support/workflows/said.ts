// What act says, a line of JSON after the other.

/** A line of `act --json`, as far as it is read here. */
export interface Line {
  readonly msg?: string;
  readonly job?: string;
  readonly jobResult?: string;
  readonly stage?: string;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly raw_output?: boolean;
}

export interface WorkflowEnded {
  readonly code: number;
  /** By the name of the workflow and of the job: `success`, `failure`. A job that was skipped is not there. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Whatever steps printed, and what act itself says. */
  readonly log: string;
  /** The last value of an output of any step of a job. */
  output(job: string, name: string): string | undefined;
  /** What was printed in a stage of the steps: `Main`, `Post`. */
  said(stage: string): string;
}

export function lineOf(text: string): Line {
  try {
    const line: Line = JSON.parse(text);
    // act pads names, so that they stand below each other.
    return { ...line, ...(line.job === undefined ? {} : { job: line.job.trim() }) };
  } catch {
    return { msg: text };
  }
}

export function endedWith(code: number, lines: readonly Line[]): WorkflowEnded {
  const results = lines.filter((line) => line.jobResult !== undefined);
  return {
    code,
    jobs: Object.fromEntries(results.map(({ job, jobResult }) => [job, jobResult ?? ''])),
    log: lines.map(({ job = '', stage = '', msg = '' }) => `${job} ${stage} ${msg.trimEnd()}`).join('\n'),
    output: (job, name) =>
      lines.findLast((line) => line.command === 'set-output' && line.job === job && line.name === name)?.arg,
    said: (stage) =>
      lines
        .filter((line) => line.stage === stage && line.raw_output === true)
        .map(({ msg = '' }) => msg)
        .join(''),
  };
}
