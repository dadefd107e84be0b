import type { Fact, TargetFacts } from '../../fit/facts.ts';
import { gpuNamed, modelOf } from '../../fit/gpu.ts';
import { targetOfLabels } from '../../fit/labels.ts';
import { targetOfNode } from '../../fit/node-labels.ts';
import { OURS, type Tables } from '../../fit/tables.ts';
import type { BackendChoice, Job } from '../../jobspec/job/job.ts';
import type { Gpu } from '../../jobspec/job/resources.ts';

type Declared = Pick<TargetFacts, 'driver' | 'gpus' | 'architecture'>;

/**
 * What the spec and the operator's defaults say of the machines that a job is sent to. It is the same wherever it is
 * read, so that an image may be planned for it; what a machine says of itself may not.
 */
export function declaredTarget({ resources: { gpu }, runsOn, backend }: Job, tables = OURS): TargetFacts {
  const said = [ofGpu(gpu, tables), targetOfLabels(runsOn?.labels ?? [], tables), ofBackend(backend)];
  const gpus = [...said.slice(1), ...said].find((one) => one.gpus !== undefined)?.gpus;
  const named = gpus === undefined ? undefined : cpuOf(gpus);
  return {
    name: runsOn === undefined ? 'the target' : 'the runner',
    driver: said.find(({ driver }) => driver !== undefined)?.driver,
    gpus,
    architecture: said.find(({ architecture }) => architecture !== undefined)?.architecture ?? named,
  };
}

function ofGpu(gpu: Gpu | undefined, { gpus: models }: Tables): Declared {
  if (gpu === undefined) return {};
  const { driver, names } = gpu;
  const known = names.length > 0 && names.every((name) => modelOf(name, models) !== undefined);
  return {
    driver: driver === undefined ? undefined : { value: driver, source: 'gpu.driver' },
    gpus: known ? { value: names.map((name) => gpuNamed(name, models)), source: 'gpu' } : undefined,
  };
}

type ReadOptions = (options: BackendChoice['options']) => Declared;

const BACKENDS: ReadonlyMap<string, ReadOptions> = new Map([
  ['kubernetes', ofNodeSelector],
  ['slurm', ofConstraint],
]);

function ofBackend({ name, options }: BackendChoice): Declared {
  return BACKENDS.get(name)?.(options) ?? {};
}

/** Labels that a node must have are those of the node that the pod gets. */
function ofNodeSelector({ 'node-selector': selector }: BackendChoice['options']): Declared {
  if (!(selector instanceof Map)) return {};
  const labels = Object.fromEntries([...selector].map(([key, value]) => [String(key), String(value)]));
  const { driver, gpus, architecture } = targetOfNode({ name: '', labels });
  const source = 'node-selector';
  return {
    driver: driver && { ...driver, source },
    gpus: gpus && { ...gpus, source },
    architecture: architecture && { ...architecture, source },
  };
}

/** Features that are all asked for; `|` leaves open which. */
function ofConstraint({ constraint }: BackendChoice['options']): Declared {
  if (typeof constraint !== 'string' || !/^[\w.&-]+$/.test(constraint)) return {};
  const name = constraint.split('&').find((feature) => modelOf(feature) !== undefined);
  return name === undefined ? {} : { gpus: { value: [gpuNamed(name)], source: 'constraint' } };
}

/** undefined: some of them stand in machines of any kind. */
function cpuOf({ value, source }: NonNullable<TargetFacts['gpus']>): Fact<string> | undefined {
  const cpus = new Set(value.map(({ name = '' }) => modelOf(name)?.cpu));
  const [cpu] = cpus;
  return cpus.size === 1 && cpu !== undefined ? { value: cpu, source } : undefined;
}
