import { keepDockerfile } from '../host/dockerfile-file.ts';
import type { GithubHost } from '../host/github.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { temporaryFolder } from '../io/fs/folders.ts';
import { outputsOf } from '../report/outputs.ts';
import { renderSummary } from '../report/summary/summary.ts';
import { printResult } from '../report/text/result.ts';
import { runFindings } from '../run/findings.ts';
import { exitCodeOfRuns } from '../run/representative.ts';
import type { Result } from '../tools/result.ts';
import { orDiskIsFull, setOutputs } from './failed.ts';
import { writeSummary } from './write-summary.ts';

interface ReportOptions {
  readonly host: GithubHost;
  readonly trusted: boolean;
}

/** Tells the log, later steps and the summary what came out. */
export async function report(
  inputs: Inputs,
  result: Result,
  { host, trusted }: ReportOptions,
): Promise<void> {
  const jobs = result.plan.jobs.map(({ job }) => job);
  for (const finding of runFindings(result.runs, jobs)) host.annotation(finding);
  for (const finding of result.findings) host.finding(finding);
  for (const line of printResult(result)) host.info(line);

  process.exitCode = exitCodeOfRuns(result.runs);
  const cost = await sayCost(inputs, result, host);
  await orDiskIsFull(host, async () => {
    const told: Result = { ...result, findings: host.findings };
    const dockerfile = keepDockerfile(result, temporaryFolder(process.env));
    setOutputs(outputsOf(told, { dockerfile, cost, trusted, hide: host.hide }));
    if (inputs.summary) await writeSummary(renderSummary(told), host);
  });
}

/** Loaded for a check of a pull request alone. */
async function sayCost(
  { comment, githubToken: token }: Inputs,
  { cost }: Result,
  host: GithubHost,
): Promise<string | undefined> {
  if (cost === undefined) return undefined;
  const { tellCost } = await import('./pull-request.ts');
  return await tellCost(cost, { comment, token, host });
}
