import { printPlatform } from '../../oci/platform.ts';
import { floorDriver } from '../cuda.ts';
import type { Check, FitSubject, Misfit, TargetFacts } from '../facts.ts';
import { isAtLeast } from '../version.ts';
import type { PlatformImage } from './platform-image.ts';
import { driverText, imageText } from './text.ts';

/** What nobody could say, in one sentence: it is never taken for yes. */
export const checkUnknown: Check = (subject) => {
  const { image, gpu } = subject;
  if (gpu === undefined) return [];
  if (image.cuda === undefined) {
    const message =
      'it is not known which CUDA the image needs, so its GPU code is not compared with the target';
    return [{ level: 'notice', code: 'fit-unknown', about: 'image', message }];
  }
  return unknownTarget(subject, image.cuda.value);
};

function unknownTarget({ image, target, tables }: FitSubject, cuda: string): readonly Misfit[] {
  const unknown = [
    target.driver === undefined ? 'the driver' : undefined,
    target.gpus === undefined ? 'the GPUs' : undefined,
  ].filter((one) => one !== undefined);
  if (unknown.length > 0) {
    return [
      {
        level: 'warning',
        code: 'fit-unknown',
        about: 'gpu',
        message: `it is not known whether ${imageText(image)} runs there: nobody says what ${unknown.join(' and ')} of ${target.name} ${unknown.join() === 'the driver' ? 'is' : 'are'}`,
        hint: 'say it in the spec, gpu: { names: [A100], driver: "580" }, or in labels of the runner ("gpu:a100", "driver:580"), or write "preflight: off"',
      },
    ];
  }
  const floor = floorDriver(cuda, tables);
  if (floor === undefined || isAtLeast(target.driver?.value ?? '', floor) !== undefined) return [];
  const message = `${imageText(image)} needs driver ${floor} or newer, and ${driverText(target)}: whether it is that new is not known`;
  return [{ level: 'notice', code: 'fit-unknown', about: 'gpu', message }];
}

/** Which of the images for several platforms a place runs is decided by its CPUs. */
export function unknownPlatform(images: readonly PlatformImage[], { name }: TargetFacts): Misfit {
  const [first = '', ...others] = images.map(({ platform }) => printPlatform(platform));
  return {
    level: 'notice',
    code: 'fit-unknown',
    about: 'gpu',
    message: `it is not known which CPUs ${name} has: the image for ${first} was compared, and not that for ${others.join(', ')}`,
    hint: 'say it with a label of the runner ("ARM64", "X64"), a node selector ("kubernetes.io/arch"), or the name of the GPU',
  };
}
