import { Findings } from '../../../findings.ts';
import type { MountPoint } from '../../../jobspec/job/data.ts';
import { shellWord } from '../../../recipe/shell.ts';
import { isInside, mountRefuser } from '../../../run/mounts/mount-places.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { readAnswer } from '../answers.ts';
import type { SharedMount } from '../script/binds.ts';
import { preamble } from '../script/place.ts';
import type { Site } from '../site.ts';

/** By this variable the operator says which folders jobs may see. */
const VARIABLE = 'JOBIMG_ALLOW_MOUNTS';

/** The mounts of a run, each led to what it really is over there; throws for what the operator did not allow. */
export async function sharedMounts({ mounts = [] }: RunPlan, site: Site): Promise<readonly SharedMount[]> {
  if (mounts.length === 0) return [];
  const folders = (site.allowedMounts ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one.startsWith('/'));
  const plain = folders.map((one) => one.replace(/:ro$/, ''));
  const real = await realPaths([...plain, ...mounts.map(({ from }) => from)], site);
  const allowed = folders.flatMap((one, index) => {
    const folder = real[index];
    return folder === undefined ? [] : [{ folder, readOnly: one.endsWith(':ro') }];
  });
  const findings = new Findings();
  const shared = mounts.flatMap((mount, index) => {
    const found = shareOf(mount, real[plain.length + index], allowed, findings);
    return found === undefined ? [] : [found];
  });
  findings.throwIfErrors();
  return shared;
}

/** Of the folders and files that are there; undefined: there is no such one. */
async function realPaths(
  paths: readonly string[],
  { settings, shell }: Site,
): Promise<readonly (string | undefined)[]> {
  const lines = paths.map((path, index) => {
    const word = shellWord(path);
    return `p=$(readlink -f ${word} 2>/dev/null); if [ -d "$p" ] || [ -f "$p" ]; then say ${index} "$p"; fi`;
  });
  const script = [preamble(settings, 'none'), ...lines].join('\n');
  const { answer } = readAnswer(await shell.run(script));
  return paths.map((_, index) => answer.get(String(index)));
}

interface Allowed {
  readonly folder: string;
  readonly readOnly: boolean;
}

function shareOf(
  mount: MountPoint,
  real: string | undefined,
  allowed: readonly Allowed[],
  findings: Findings,
): SharedMount | undefined {
  const refuse = mountRefuser(mount, findings);
  const { from, readOnly, to } = mount;
  const within = allowed.filter(({ folder }) => real !== undefined && isInside(real, folder));
  // What is not there, and what is not allowed, are one answer: it tells nobody what the cluster has.
  if (real === undefined || within.length === 0) {
    const instead = `the operator allows folders that login node and nodes share with ${VARIABLE}=${from} in the environment of the runner`;
    return refuse(`there is no folder "${from}" on the cluster that jobs may see`, instead);
  }
  if (/[,:"]/.test(`${real}${to}`))
    return refuse(`the path "${real}" or "${to}" has a comma, a colon or a quote`, 'mount one without');
  if (!readOnly && within.every((one) => one.readOnly))
    return refuse(`"${from}" may only be read on the cluster`, 'write "read-only: true"');
  return { from: real, to, readOnly };
}
