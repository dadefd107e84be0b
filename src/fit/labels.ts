import type { TargetFacts } from './facts.ts';
import { gpuNamed, modelOf } from './gpu.ts';
import { OURS, type Tables } from './tables.ts';

/**
 * What labels of a runner say: `gpu:h100`, `gpu-memory:80GB`, `driver:580`, and RAPIDS' `gpu-h100-580-1` (architecture or
 * model, driver or `latest`, count): https://docs.rapids.ai/resources/github-actions/
 */
export function targetOfLabels(labels: readonly string[], { gpus } = OURS): TargetFacts {
  const facts = labels.map((label) => factsOf(label.toLowerCase(), `the label "${label}"`, gpus));
  return {
    name: 'the runner',
    driver: facts.find(({ driver }) => driver !== undefined)?.driver,
    gpus: facts.find(({ gpus }) => gpus !== undefined)?.gpus,
    architecture: facts.find(({ architecture }) => architecture !== undefined)?.architecture,
  };
}

type Models = Tables['gpus'];
type LabelFacts = Pick<TargetFacts, 'driver' | 'gpus' | 'architecture'>;

const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['arm64', 'arm64'],
  ['x64', 'amd64'],
]);

function factsOf(label: string, source: string, models: Models): LabelFacts {
  const architecture = ARCHITECTURES.get(label);
  if (architecture !== undefined) return { architecture: { value: architecture, source } };
  const driver = /^driver[:=-](\d{3}(?:\.\d+){0,2})$/.exec(label)?.[1];
  if (driver !== undefined) return { driver: { value: driver, source } };
  const gpu = /^gpu[:=](.+)$/.exec(label)?.[1];
  return gpu === undefined
    ? rapidsFacts(label, source, models)
    : { gpus: gpusNamed(gpu, undefined, source, models) };
}

function rapidsFacts(label: string, source: string, models: Models): LabelFacts {
  const [, model = '', branch = '', count] =
    /^gpu-([a-z0-9]+)-(\d{3}|latest|earliest)-(\d{1,2})$/.exec(label) ?? [];
  return {
    gpus: gpusNamed(model, Number(count), source, models),
    driver: /^\d/.test(branch) ? { value: branch, source } : undefined,
  };
}

/** undefined: the name is none of a GPU. */
function gpusNamed(
  name: string,
  count: number | undefined,
  source: string,
  models: Models,
): LabelFacts['gpus'] {
  return modelOf(name, models) === undefined
    ? undefined
    : { value: [{ ...gpuNamed(name, models), count }], source };
}
