import { messageOf } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import { artifactName } from '../../run/artifact/name.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Tools } from '../../tools/tools.ts';

interface PageTools extends Pick<Tools, 'artifacts'> {
  readonly host: Pick<Tools['host'], 'info' | 'cancelled'>;
  readonly runs: Pick<Tools['runs'], 'keepPage'>;
}

/**
 * Keeps a page on which the legs of a matrix stand over each other, also as an artifact of the workflow where those are
 * asked for. It changes nothing of how they ended.
 */
export async function keepMatrixPage(
  results: readonly RunResult[],
  { artifacts, host, runs }: PageTools,
  findings: Findings,
): Promise<void> {
  const [first] = results;
  if (first === undefined || host.cancelled.aborted) return;
  try {
    const folder = await runs.keepPage(results.map(({ run }) => run.id));
    if (folder === undefined) return;
    host.info(`the legs of ${first.run.job} are compared in ${folder}/runs.html`);
    if (artifacts === undefined) return;
    const { job, family, attempt } = first.run;
    const name = artifactName({ job: `${job}-matrix`, family, attempt }, artifacts.workflowJob);
    const upload = await artifacts.upload(name, folder);
    // Each leg whose upload failed says what to do.
    if (upload.kind === 'failed') host.info(`that page was not uploaded: ${upload.failure.detail}`);
    if (upload.kind === 'uploaded') host.info(`artifact ${upload.artifact.name}: ${upload.artifact.url}`);
  } catch (error) {
    findings.warning('runs-page', `the page of the legs could not be written: ${messageOf(error)}`);
  }
}
