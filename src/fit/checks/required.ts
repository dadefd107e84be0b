import { cudaOfDriver } from '../cuda.ts';
import type { Check, Misfit, TargetFacts, TargetGpu } from '../facts.ts';
import { isSatisfied, type RequiredFacts, requirementsOf } from '../requirements.ts';
import type { Tables } from '../tables.ts';
import { driverText } from './text.ts';

export function requiredOf(
  { driver }: TargetFacts,
  gpu: TargetGpu | undefined,
  tables?: Tables,
): RequiredFacts {
  return {
    cuda: driver === undefined ? undefined : cudaOfDriver(driver.value, tables),
    driver: driver?.value,
    arch: gpu?.computeCapability,
    brand: gpu?.brand,
  };
}

/** G3: what the image itself requires, which only the older of NVIDIA's runtimes enforces. */
export const checkRequirements: Check = ({ image, target, tables }) => {
  const { env } = image;
  if (env === undefined || target.driver === undefined) return [];
  const gpus = target.gpus?.value ?? [undefined];
  if (gpus.some((gpu) => isSatisfied(env.value, requiredOf(target, gpu, tables)) !== false)) return [];
  const [first = ''] = requirementsOf(env.value);
  const wanted = first.split(' ')[0] ?? first;
  const cuda = cudaOfDriver(target.driver.value, tables);
  const has = `${driverText(target)}${cuda === undefined ? '' : `, which is for CUDA ${cuda}`}`;
  const message = `the image requires ${wanted} (${env.source}), and ${has}`;
  return [target.runtime?.value === 'legacy' ? refused(message) : unenforced(message, target)];
};

const HINT = 'take an older tag of the image, or a machine with a newer driver';

function refused(message: string): Misfit {
  return {
    level: 'error',
    code: 'fit-requirement',
    about: 'image',
    message: `${message}: its start is refused`,
    hint: HINT,
  };
}

/** NVIDIA's own check is silent there: https://github.com/NVIDIA/nvidia-container-toolkit/issues/1470 */
function unenforced(message: string, { runtime }: TargetFacts): Misfit {
  const starts =
    runtime?.value === 'cdi'
      ? `containers get GPUs by CDI there (${runtime.source}), and NVIDIA's own check is off`
      : 'a runtime with CDI starts it all the same';
  return {
    level: 'warning',
    code: 'fit-requirement',
    about: 'image',
    message: `${message}; ${starts}`,
    hint: HINT,
  };
}
