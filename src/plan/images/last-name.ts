import { sha256 } from '../../oci/digest.ts';
import type { JobPlan } from '../plan.ts';

/** Where a spec stands when nobody names one: its jobs need no more than their own name. */
const STANDARD = /^(?:\.github\/)?(?:\.?jobimg\.ya?ml|valohai\.ya?ml|polyaxon(?:file)?\.ya?ml)$/;

/** The name under which the last image of a job is kept: two specs of one repository may name their jobs alike. */
export function lastName({ name, spec }: Pick<JobPlan['job'], 'name' | 'spec'>): string {
  if (STANDARD.test(spec)) return name;
  return `${name}.${sha256(spec).slice('sha256:'.length, 'sha256:'.length + 8)}`;
}
