import { idOf } from '../../oci/canonical.ts';
import type { RunPlan } from '../types/plan.ts';

type ArtifactNameOptions = Pick<RunPlan, 'job' | 'leg' | 'family' | 'attempt'>;

/** Characters of what a person reads; the attempt and what tells the run from all others come behind it. */
const MAX_TITLE = 80;
const HEX = 8;

/**
 * `<job>-<leg>-<attempt>-<8 hex>`, the same for the same run. A name exists once in a workflow run, over all its jobs
 * and attempts: the hex digits tell apart what runs there are called alike, such as the legs of a workflow's own matrix.
 */
export function artifactName(
  { job, leg, family, attempt }: ArtifactNameOptions,
  workflowJob: string | undefined,
): string {
  const title = plain([job, leg?.label].filter(Boolean).join('-')).slice(0, MAX_TITLE);
  const hex = idOf({ family, workflowJob }).slice('sha256:'.length, 'sha256:'.length + HEX);
  return [title.replace(/-+$/, ''), attempt, hex].filter((part) => part !== '').join('-');
}

/** Names that are taken one after the other where the first is there already. */
export function namesToTry(name: string): readonly string[] {
  return [name, ...[2, 3, 4].map((number) => `${name}-${number}`)];
}

/** What every file system, shell and address takes as it is; GitHub itself refuses fewer. */
function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._=+]+/g, '-').replace(/^[-.]+/, '');
}
