import { Findings } from '../../findings.ts';
import type { MountPoint } from '../../jobspec/job/data.ts';
import type { RunPlan } from '../types/plan.ts';

/** Reports why a mount is not made. */
export type RefuseMount = (message: string, hint: string) => undefined;

export function mountRefuser({ location }: Pick<MountPoint, 'location'>, findings: Findings): RefuseMount {
  return (message, hint) => {
    findings.error('mount', message, { hint, at: location });
    return undefined;
  };
}

/** Of absolute paths without `..`; a folder is inside of itself. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/**
 * Before the start the engine writes what a run needs into its container, and would write it into a folder of the
 * machine where one is mounted: so nothing of it may be there. `workdir` is undefined where nobody knows it yet;
 * `kept` are folders that outlive the container.
 */
export function checkMountPlaces(
  run: RunPlan,
  workdir: string | undefined,
  kept: readonly string[] = [],
): void {
  const base = run.outputsFrom ?? workdir;
  const places = {
    workdir,
    outputs: base === undefined ? [] : run.outputs.map((path) => `${base}/${path}`.replace(/\/+$/, '')),
    code: run.mount?.entries.map(({ path }) => `${run.mount?.folder}/${path}`) ?? [],
    inputs: [...(run.inputs ?? []).map(({ folder }) => folder), ...kept],
  };
  const findings = new Findings();
  for (const mount of run.mounts ?? []) checkMountPlace(mount, places, mountRefuser(mount, findings));
  findings.throwIfErrors();
}

interface RunPlaces {
  readonly workdir: string | undefined;
  readonly outputs: readonly string[];
  readonly code: readonly string[];
  readonly inputs: readonly string[];
}

function checkMountPlace({ to }: MountPoint, places: RunPlaces, refuse: RefuseMount): void {
  const { workdir, outputs, code, inputs } = places;
  const holds = (path: string): boolean => isInside(path, to);
  if (workdir !== undefined && holds(workdir)) {
    refuse(`"${to}" would cover the work directory`, 'mount it elsewhere, as in /data');
  } else if (outputs.some((path) => holds(path) || isInside(to, path))) {
    const hint = 'mount it elsewhere: outputs come back by themselves';
    refuse(`"${to}" and the outputs would be in the same place`, hint);
  } else if ([...code, ...inputs].some(holds)) {
    refuse(`"${to}" would cover files of the run`, 'mount it elsewhere, as in /data');
  }
}
