import * as core from '@actions/core';
import type { GithubHost } from '../host/github.ts';

/** Adds to the summary of the job, where the runner has one; what is secret is hidden as in the log. */
export async function writeSummary(text: string, { hide }: Pick<GithubHost, 'hide'>): Promise<void> {
  if (process.env['GITHUB_STEP_SUMMARY']) await core.summary.addRaw(hide(text)).write();
}
