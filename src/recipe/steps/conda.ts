import { posix } from 'node:path';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { pythonConstraint } from '../conda/python.ts';
import { condaPlatform, condaText } from '../conda/request.ts';
import type { ChosenConda } from '../dependencies/with-conda.ts';
import { targetOf } from '../downloads/target.ts';
import { asksForGpu } from '../gpu.ts';
import type { PythonChoice } from '../packages/python.ts';
import { SOURCE_MOUNT } from '../pip.ts';
import { platformOf } from '../platform.ts';
import type { CondaEnvironment, Step } from '../step.ts';

interface CondaStepOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  /** What was asked for beside conda. */
  readonly python: PythonChoice;
}

/**
 * The CUDA version that packages may count on where a job has a GPU and nobody says: drivers of one major version run
 * all of it (https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html).
 */
const CUDA = '12.6';

/** What holds a solve to a version of CUDA: of conda-forge now, of conda-forge up to 11.8, of the channel `pytorch`. */
const BY_CUDA = ['cuda-version', 'cudatoolkit', 'pytorch-cuda'];

/** Installs all conda packages, and nothing of what the building machine has decides which. */
export function condaStep(chosen: ChosenConda, options: CondaStepOptions): Step {
  const { job, image } = options;
  const platform = condaPlatform(platformOf(image));
  const { packages } = chosen.conda;
  const request = { platform, ...wantedOf(chosen, options) };
  const isListed = packages.kind === 'open' && chosen.path === 'conda';
  return {
    title: chosen.path,
    kind: 'conda',
    run: condaText(request),
    secrets: [],
    env: new Map(),
    files: packages.kind === 'lock' ? [packages.path] : [],
    downloads: chosen.downloads?.(targetOf(platformOf(image))),
    open: 'specs' in request ? { kind: 'conda', request } : undefined,
    origin: isListed ? job.origins.get('image.conda') : { file: chosen.path },
  };
}

function wantedOf(
  { conda: { packages, python } }: ChosenConda,
  { job, ...options }: CondaStepOptions,
): CondaEnvironment {
  if (packages.kind === 'lock') return { lock: posix.join(SOURCE_MOUNT, packages.path) };
  const { channels, specs } = packages;
  const named = /^\d+\.\d+/.exec(options.image.cuda)?.[0];
  const byCuda = named === undefined ? [] : BY_CUDA.map((name) => `${name} ${named}.*`);
  const isAsked = options.image.cuda !== 'none' && asksForGpu(job);
  const cuda = named ?? (isAsked ? CUDA : undefined);
  return {
    channels,
    specs,
    constraints: [...pythonConstraint(options.python, python), ...byCuda],
    virtual: cuda === undefined ? {} : { __cuda: cuda },
  };
}
