import type { Check } from '../facts.ts';
import { imageText } from './text.ts';

/** What nobody could say, in one sentence: it is never taken for yes. */
export const checkUnknown: Check = ({ image, target, gpu }) => {
  if (gpu === undefined) return [];
  if (image.cuda === undefined) {
    const message =
      'it is not known which CUDA the image needs, so its GPU code is not compared with the target';
    return [{ level: 'notice', code: 'fit-unknown', about: 'image', message }];
  }
  const unknown = [
    target.driver === undefined ? 'the driver' : undefined,
    target.gpus === undefined ? 'the GPUs' : undefined,
  ].filter((one) => one !== undefined);
  if (unknown.length === 0) return [];
  return [
    {
      level: 'warning',
      code: 'fit-unknown',
      about: 'gpu',
      message: `it is not known whether ${imageText(image)} runs there: nobody says what ${unknown.join(' and ')} of ${target.name} are`,
      hint: 'name them in labels of the runner ("gpu:a100", "driver:580"), or write "preflight: off"',
    },
  ];
};
