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

/**
 * The id that GitHub gave to this job of the workflow run, as the runner's token says it: no variable tells the legs of a
 * workflow's matrix apart. undefined where there is no such token.
 */
export function workflowJobOf(token: string | undefined): string | undefined {
  const scopes = scopesOf(token ?? '').split(' ');
  const [, , job] = scopes.find((scope) => scope.startsWith('Actions.Results:'))?.split(':') ?? [];
  return job;
}

function scopesOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const isObject = typeof claims === 'object' && claims !== null;
    return isObject && 'scp' in claims && typeof claims.scp === 'string' ? claims.scp : '';
  } catch {
    return ''; // A token of another shape says nothing; the client tells what is wrong with it.
  }
}
