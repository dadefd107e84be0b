import { isAbort, UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { RunResult } from '../../../run/types/result.ts';
import type { Tools } from '../../../tools/tools.ts';

interface SignTools extends Pick<Tools, 'signer'> {
  readonly host: Pick<Tools['host'], 'info'>;
  readonly runs: Pick<Tools['runs'], 'statementOf' | 'keepBundle'>;
}

/** Signs from what the outputs of a run were made, where that is asked for; the run is what it is without it. */
export async function signOutputs(
  { run: { id } }: Pick<RunResult, 'run'>,
  { signer, host, runs }: SignTools,
  findings: Findings,
): Promise<void> {
  if (signer === undefined) return;
  try {
    const statement = await runs.statementOf(id);
    if (statement === undefined) return;
    const path = await runs.keepBundle(id, await signer.sign(statement));
    host.info(`from what the outputs of the run ${id} were made is signed in ${path}`);
  } catch (error) {
    if (isAbort(error)) return;
    if (!(error instanceof UserError)) throw error;
    findings.warning('attestation', `the outputs of the run ${id} are not signed: ${error.message}`, {
      hint: error.findings[0]?.hint,
    });
  }
}
