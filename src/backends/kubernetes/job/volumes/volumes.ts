import posix from 'node:path/posix';
import { parseClaim } from '../../../../jobspec/values/claim.ts';
import type { RunPlan } from '../../../../run/run.ts';
import { COPIES, type KeptPaths, SHARED, VOLUMES } from '../kept-paths.ts';
import { shmOf } from '../resources.ts';
import { INPUTS_AT, inputFolders, inputPath } from './inputs.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1 */
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: true;
}

/** A volume of the pod, and where each of its containers has it. */
interface RunVolume {
  readonly name: string;
  readonly source: object;
  readonly main?: readonly Omit<VolumeMount, 'name'>[];
  readonly outputs?: readonly Omit<VolumeMount, 'name'>[];
  readonly inputs?: readonly Omit<VolumeMount, 'name'>[];
}

export interface RunVolumes {
  readonly volumes: readonly object[];
  readonly main: readonly VolumeMount[];
  /** Of the container that keeps the outputs. */
  readonly outputs: readonly VolumeMount[];
  /** Of the container that takes the inputs. */
  readonly inputs: readonly VolumeMount[];
}

export interface VolumeFacts {
  readonly paths: KeptPaths;
  /** Whether a container keeps the outputs. */
  readonly keeps: boolean;
  /** Name of the claim for caches and checkpoint; undefined: there is none. */
  readonly cacheClaim: string | undefined;
}

export function volumesOf(run: RunPlan, facts: VolumeFacts): RunVolumes {
  const all = [shm(run), ...inputs(run), ...outputs(run, facts), ...claims(run), ...caches(run, facts)];
  const mountsOf = (container: 'main' | 'outputs' | 'inputs'): readonly VolumeMount[] =>
    all.flatMap((volume) => (volume[container] ?? []).map((mount) => ({ name: volume.name, ...mount })));
  return {
    volumes: all.map(({ name, source }) => ({ name, ...source })),
    main: mountsOf('main'),
    outputs: mountsOf('outputs'),
    inputs: mountsOf('inputs'),
  };
}

function shm({ resources }: RunPlan): RunVolume {
  const source = { emptyDir: { medium: 'Memory', sizeLimit: shmOf(resources) } };
  return { name: 'shm', source, main: [{ mountPath: '/dev/shm' }] };
}

function inputs(run: RunPlan): readonly RunVolume[] {
  const folders = inputFolders(run);
  if (folders.length === 0) return [];
  const main = folders.map((mountPath, index) => ({ mountPath, subPath: inputPath(index) }));
  return [{ name: 'inputs', source: { emptyDir: {} }, main, inputs: [{ mountPath: INPUTS_AT }] }];
}

type OutputsFacts = Omit<VolumeFacts, 'cacheClaim'>;

/** The job has each folder where it wants it; the other container has them all in one place. */
function outputs(run: RunPlan, { keeps, paths }: OutputsFacts): readonly RunVolume[] {
  if (run.outputsTo !== undefined) return outputsInClaim(run, run.outputsTo, { keeps, paths });
  if (!keeps) return [];
  const folders = paths.volumes.map(({ at, path }, index) => ({
    name: `outputs-${index}`,
    source: { emptyDir: {} },
    main: [{ mountPath: at }],
    outputs: [{ mountPath: posix.join(VOLUMES, path) }],
  }));
  return [shared(), ...folders];
}

function shared(): RunVolume {
  const mounts = [{ mountPath: SHARED }];
  return { name: 'shared', source: { emptyDir: {} }, main: mounts, outputs: mounts };
}

/** Each run has a folder of its own in the claim, in which everything stands as it would in the folder of the run. */
function outputsInClaim({ id }: RunPlan, to: string, { keeps, paths }: OutputsFacts): readonly RunVolume[] {
  const { name: claimName, path } = parseClaim(to);
  const subPath = posix.join(path, id);
  const folders = paths.volumes.map(({ at, path: folder }) => ({
    mountPath: at,
    subPath: posix.join(subPath, folder),
  }));
  const claim: RunVolume = {
    name: 'outputs',
    source: { persistentVolumeClaim: { claimName } },
    main: [...folders, ...(keeps ? [{ mountPath: COPIES, subPath }] : [])],
    outputs: [{ mountPath: VOLUMES, subPath }],
  };
  return keeps ? [shared(), claim] : [claim];
}

/** A claim is one volume, however often it is mounted. */
function claims({ mounts = [] }: RunPlan): readonly RunVolume[] {
  const read = mounts.map(({ from, to, readOnly }) => ({ ...parseClaim(from), to, readOnly }));
  return [...new Set(read.map(({ name }) => name))].map((claimName, index) => {
    const own = read.filter(({ name }) => name === claimName);
    const isReadOnly = own.every(({ readOnly }) => readOnly);
    return {
      name: `claim-${index}`,
      source: { persistentVolumeClaim: { claimName, ...(isReadOnly ? { readOnly: true } : {}) } },
      main: own.map(({ path, readOnly, to }) => ({
        mountPath: to,
        ...(path === '' ? {} : { subPath: path }),
        ...(readOnly ? { readOnly: true as const } : {}),
      })),
    };
  });
}

/** Each in the folder of its own key, which says the repository and how far its code is trusted. */
function caches({ caches: kept = [], checkpoint }: RunPlan, facts: VolumeFacts): readonly RunVolume[] {
  const { cacheClaim: claimName, paths } = facts;
  if (claimName === undefined)
    return kept.map(({ path }, index) => ({
      name: `cache-${index}`,
      source: { emptyDir: {} },
      main: [{ mountPath: path }],
    }));
  const mounts = kept.map(({ key, path }) => ({ mountPath: path, subPath: `caches/${key}` }));
  if (checkpoint !== undefined && paths.checkpoint !== undefined)
    mounts.push({ mountPath: paths.checkpoint, subPath: `checkpoints/${checkpoint.key}` });
  if (mounts.length === 0) return [];
  return [{ name: 'caches', source: { persistentVolumeClaim: { claimName } }, main: mounts }];
}
