import { UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import { findSpec } from '../../jobspec/find.ts';
import { parseSpec } from '../../jobspec/parse.ts';
import { ALL } from '../../jobspec/values/names.ts';
import type { Tools } from '../../tools/tools.ts';

/** What `--job` may be, for a shell that completes a word: nothing is planned, and a spec with mistakes has no jobs. */
export function jobNames(inputs: Inputs, { source }: Pick<Tools, 'source'>): readonly string[] {
  try {
    const { jobs = [] } = parseSpec(findSpec(source.tree, inputs.spec), inputs.reading);
    return jobs.length === 0 ? [] : [...jobs, ALL];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
