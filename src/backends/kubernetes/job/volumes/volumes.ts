import posix from 'node:path/posix';
import { parseClaim } from '../../../../jobspec/values/claim.ts';
import { outputsClaim } from '../../../../jobspec/values/outputs-to.ts';
import { inputFolders } from '../../../../run/mounts/input-folders.ts';
import type { RunNetwork } from '../../../../run/network/network.ts';
import { severalNodes } from '../../../../run/nodes/several.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import { COPIES, ENDED, type KeptPaths, SHARED, VOLUMES } from '../kept-paths.ts';
import { jobName, networkName } from '../names.ts';
import { NODE_FOLDER } from '../nodes.ts';
import { shmOf } from '../resources.ts';
import { INPUTS_AT, inputPath } from './inputs.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1 */
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  /** As `subPath`, with variables of the container in it. */
  readonly subPathExpr?: string;
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
  readonly network: RunNetwork;
}

export function volumesOf(run: RunPlan, facts: VolumeFacts): RunVolumes {
  const all = [
    shm(run),
    ...networkVolumes(run, facts.network),
    ...inputs(run),
    ...outputs(run, facts),
    ...claims(run),
    ...caches(run, facts),
  ];
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

/** Files of the machine that starts the run, from the Secret that goes with the Job. */
function networkVolumes(run: RunPlan, { files }: RunNetwork): readonly RunVolume[] {
  const [path] = files.keys();
  if (path === undefined) return [];
  const items = [...files.keys()].map((file) => ({ key: posix.basename(file), path: posix.basename(file) }));
  const source = { secret: { secretName: networkName(jobName(run)), items } };
  return [{ name: 'network', source, main: [{ mountPath: posix.dirname(path), readOnly: true }] }];
}

function inputs(run: RunPlan): readonly RunVolume[] {
  const folders = inputFolders(run);
  if (folders.length === 0) return [];
  const main = folders.map((mountPath, index) => ({ mountPath, subPath: inputPath(index) }));
  return [{ name: 'inputs', source: { emptyDir: {} }, main, inputs: [{ mountPath: INPUTS_AT }] }];
}

type OutputsFacts = Omit<VolumeFacts, 'cacheClaim' | 'network'>;

/** The job has each folder where it wants it; the other container has them all in one place. */
function outputs(run: RunPlan, { keeps, paths }: OutputsFacts): readonly RunVolume[] {
  const claim = outputsClaim(run.outputsTo);
  if (claim !== undefined) return outputsInClaim(run, claim, { keeps, paths });
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

/** Each run has a folder of its own in the claim, and each of several nodes one in that, in which everything stands as it would in the folder of the run. */
function outputsInClaim(run: RunPlan, to: string, { keeps, paths }: OutputsFacts): readonly RunVolume[] {
  const { name: claimName, path } = parseClaim(to);
  const own = (folder: string): Pick<VolumeMount, 'subPath' | 'subPathExpr'> => {
    if (severalNodes(run) === undefined) return { subPath: posix.join(path, run.id, folder) };
    const [above, below] = [posix.join(path, run.id), folder].map((text) => text.replaceAll('$', '$$$$'));
    return { subPathExpr: posix.join(above ?? '', NODE_FOLDER, below ?? '') };
  };
  const folders = paths.volumes.map(({ at, path: folder }) => ({ mountPath: at, ...own(folder) }));
  const claim: RunVolume = {
    name: 'outputs',
    source: { persistentVolumeClaim: { claimName } },
    main: [...folders, ...(keeps ? [{ mountPath: COPIES, ...own('') }] : [])],
    outputs: [{ mountPath: VOLUMES, ...own('') }],
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
function caches(run: RunPlan, facts: VolumeFacts): readonly RunVolume[] {
  const { caches: kept = [] } = run;
  const { cacheClaim: claimName, paths } = facts;
  if (claimName === undefined)
    return kept.map(({ path }, index) => ({
      name: `cache-${index}`,
      source: { emptyDir: {} },
      main: [{ mountPath: path }],
    }));
  const mounts = kept.map(({ key, path }) => ({ mountPath: path, subPath: `caches/${key}` }));
  mounts.push(...checkpointOf(run, paths));
  if (mounts.length === 0) return [];
  return [{ name: 'caches', source: { persistentVolumeClaim: { claimName } }, main: mounts }];
}

/** All nodes save to the same folder, as the programs that run on them expect it. */
function checkpointOf(run: RunPlan, { checkpoint: at }: KeptPaths) {
  if (run.checkpoint === undefined || at === undefined) return [];
  const { key } = run.checkpoint;
  const ended = { mountPath: ENDED, subPath: `checkpoints/${key}.ended` };
  return [
    { mountPath: at, subPath: `checkpoints/${key}` },
    ...(severalNodes(run) === undefined ? [] : [ended]),
  ];
}
