import { Findings } from '../../../../findings.ts';
import type { MountPoint } from '../../../../jobspec/job/data.ts';
import { type Claim, isClaim, parseClaim } from '../../../../jobspec/values/claim.ts';
import { outputsClaim } from '../../../../jobspec/values/outputs-to.ts';
import { isInside, mountRefuser, type RefuseMount } from '../../../../run/mounts/mount-places.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import { optionsOf } from '../job.ts';

/** By this variable the operator of a machine says what jobs may see: folders of it, and claims of a cluster. */
const VARIABLE = 'JOBIMG_ALLOW_MOUNTS';

interface AllowedClaim extends Claim {
  readonly readOnly: boolean;
}

/** Of `pvc:datasets,pvc:results/runs,pvc:models:ro`, in which folders of the machine may stand as well. */
export function allowedClaims(text: string): readonly AllowedClaim[] {
  const written = text.split(',').map((one) => one.trim());
  return written.filter(isClaim).map((one) => {
    const readOnly = one.endsWith(':ro');
    return { ...parseClaim(readOnly ? one.slice(0, -':ro'.length) : one), readOnly };
  });
}

/** Throws for every claim that the operator does not let this run have in this way. */
export function checkClaims(run: RunPlan, allowed: string | undefined): void {
  const known = allowedClaims(allowed ?? '');
  const findings = new Findings();
  for (const mount of wantedClaims(run)) checkClaim(mount, known, mountRefuser(mount, findings));
  findings.throwIfErrors();
}

function checkClaim(
  { from, readOnly }: WantedClaim,
  known: readonly AllowedClaim[],
  refuse: RefuseMount,
): void {
  if (!isClaim(from)) {
    refuse(`the nodes of the cluster see no files of this machine: "${from}"`, 'mount a claim: pvc:datasets');
    return;
  }
  const found = known.filter((one) => isWithin(parseClaim(from), one));
  if (found.length === 0) {
    const hint = `the operator of the machine allows claims with ${VARIABLE}=${from} in the environment of the runner`;
    refuse(`this machine does not let jobs see the claim "${from}"`, hint);
  } else if (!readOnly && found.every((one) => one.readOnly)) {
    refuse(`the claim "${from}" may only be read`, 'write "read-only: true"');
  }
}

type WantedClaim = Omit<MountPoint, 'to'>;

function wantedClaims(run: RunPlan): readonly WantedClaim[] {
  const { mounts = [] } = run;
  const outputsTo = outputsClaim(run.outputsTo);
  const claim = optionsOf(run)['cache-claim'];
  return [
    ...mounts,
    ...(outputsTo === undefined ? [] : [{ from: outputsTo, readOnly: false }]),
    ...(claim === undefined ? [] : [{ from: `pvc:${claim}`, readOnly: false }]),
  ];
}

function isWithin({ name, path }: Claim, allowed: Claim): boolean {
  return name === allowed.name && isInside(`/${path}`, `/${allowed.path}`);
}
