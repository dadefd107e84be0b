import { shellWord } from '../../recipe/shell.ts';

/**
 * The option of this call that a command about its runs needs too, with a blank before it: where places are described.
 * Empty where the machine says it by itself, and for a workflow, of which whoever types has no file.
 */
export function defaultsOption(
  defaults: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const isSaid = defaults === undefined || defaults === env['JOBIMG_DEFAULTS'];
  return isSaid || env['GITHUB_ACTIONS'] === 'true' ? '' : ` --defaults ${shellWord(defaults)}`;
}
