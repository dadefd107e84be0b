import type { Variables } from '../../io/process/exec.ts';

/** The file of defaults of whoever goes on with a run: the input of the step, which a post step has too, or the machine's. */
export function operatorsFile(env: Variables): string | undefined {
  return env['INPUT_DEFAULTS'] || env['JOBIMG_DEFAULTS'] || undefined;
}
