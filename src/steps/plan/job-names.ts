import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { findSpec } from '../../jobspec/find.ts';
import { readSpec } from '../../jobspec/read-spec.ts';
import { ALL } from '../../jobspec/values/names.ts';
import type { Tools } from '../../tools/tools.ts';

/** What `--job` may be, for a shell that completes a word: nothing is planned, and a spec with mistakes has no jobs. */
export async function jobNames(
  inputs: Inputs,
  { source }: Pick<Tools, 'source'>,
): Promise<readonly string[]> {
  try {
    const { jobs = [] } = await readSpec(findSpec(source.tree, inputs.spec), inputs.reading);
    return jobs.length === 0 ? [] : [...jobs, ALL];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
