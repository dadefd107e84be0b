import { floorDriver } from '../cuda.ts';
import type { Check, FitSubject, ImageFacts, Misfit } from '../facts.ts';
import { isOfNgc } from '../image.ts';
import { isSatisfied } from '../requirements.ts';
import { OURS } from '../tables.ts';
import { isAtLeast, majorOf, minorOf } from '../version.ts';
import { driverFix } from './fix.ts';
import { requiredOf } from './required.ts';
import { driverText, imageText } from './text.ts';

/** G2 and G4: whether programs of its CUDA start on the driver, by themselves or with the image's `cuda-compat`. */
export const checkDriver: Check = (subject) => {
  const { cuda } = subject.image;
  const { driver } = subject.target;
  if (cuda === undefined || driver === undefined) return [];
  const floor = floorDriver(cuda.value, subject.tables);
  if (floor === undefined || isAtLeast(driver.value, floor) !== false) return [];
  const message = `${imageText(subject.image)} needs driver ${floor} or newer, and ${driverText(subject.target)}`;
  return [withCompat(subject, message) ?? tooOld(subject, message, floor)];
};

function tooOld({ image, target, tables }: FitSubject, message: string, floor: string): Misfit {
  const level = image.cuda?.presumed === true ? 'warning' : 'error';
  return {
    level,
    code: 'fit-driver',
    about: 'image',
    message,
    hint: driverFix({ image, target, tables }, floor),
  };
}

/** undefined: it has none, or one that is known not to help. */
function withCompat(subject: FitSubject, message: string): Misfit | undefined {
  const { image, target } = subject;
  const compat = image.compat?.value;
  if (compat === undefined || compat === null || target.driver === undefined) return undefined;
  const helps = compatHelps(subject, compat);
  if (helps === false) return undefined;
  const code = 'fit-compat';
  const about = 'image';
  return helps === true
    ? {
        level: 'notice',
        code,
        about,
        message: `${message}; its cuda-compat of CUDA ${compat} makes up for it`,
      }
    : {
        level: 'warning',
        code,
        about,
        message: `${message}; whether its cuda-compat of CUDA ${compat} makes up for it is not known`,
        hint: 'it works on GPUs for data centers, with some drivers',
      };
}

function compatHelps(subject: FitSubject, compat: string): boolean | undefined {
  const { image, target } = subject;
  // A library of one major version starts no program of a later one.
  if (image.cuda !== undefined && majorOf(compat) < majorOf(image.cuda.value)) return false;
  const brands = (target.gpus?.value ?? []).map(({ brand }) => brand);
  if (brands.some((brand) => brand === 'geforce' || brand === 'titan')) return false;
  const helps = isCompatFor(subject, compat, brands);
  // Whether the script of NGC that uses it runs is not known: the command of a job takes the place of its entrypoint.
  return helps === true && image.env !== undefined && isOfNgc(image.env.value) ? undefined : helps;
}

/** What its library says, or else what NVIDIA itself lets the image require. */
function isCompatFor(
  { image, target, tables }: FitSubject,
  compat: string,
  brands: readonly (string | undefined)[],
): boolean | undefined {
  const isListed = branchesOf(image, compat, tables)?.includes(majorOf(target.driver?.value ?? ''));
  const isKnown = brands.length > 0 && brands.every((brand) => brand !== undefined);
  if (isListed !== undefined) return isListed && !isKnown ? undefined : isListed;
  const env = image.env?.value;
  if (env === undefined || !env.has('NVIDIA_REQUIRE_CUDA')) return undefined;
  return isSatisfied(env, requiredOf(target, target.gpus?.value[0], tables));
}

function branchesOf(
  { compatDrivers }: ImageFacts,
  compat: string,
  tables = OURS,
): readonly number[] | undefined {
  return compatDrivers?.value ?? tables.compatDrivers.find((one) => one.cuda === minorOf(compat))?.branches;
}
