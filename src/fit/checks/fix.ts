import { JAX_BUILDS } from '../../data/jax.ts';
import { TORCH } from '../../data/torch.ts';
import { TENSORFLOW_BUILDS } from '../../data/wheels.ts';
import { newestFor } from '../cuda.ts';
import type { FitSubject, ImageFacts } from '../facts.ts';
import { isAtLeast, majorOf, minorOf } from '../version.ts';
import { lockFix } from './lock-fix.ts';

/** The oldest TensorFlow that has the extra `and-cuda`: https://github.com/tensorflow/tensorflow/releases/tag/v2.14.0 */
const OLDEST_AND_CUDA = '2.14';

/** What to write so that the image gets a CUDA that this driver can run, or which machine to take. */
export function driverFix(subject: Omit<FitSubject, 'gpu'>, floor: string): string {
  const branch = majorOf(floor);
  const machine = `take a machine with driver ${branch} (a runner with the label "driver:${branch}")`;
  const other = otherCuda(subject);
  if (other === undefined) return machine;
  return other.includes('\n') ? `${machine}, or ${other}` : `${other}, or ${machine}`;
}

/** undefined: none of its builds runs there. */
function otherCuda({ image, target, tables }: Omit<FitSubject, 'gpu'>): string | undefined {
  const driver = target.driver?.value ?? '';
  const runs = (versions: readonly string[]) => newestFor(driver, versions, tables);
  const name = image.framework?.value.name;
  if (image.cudaFrom === undefined && name === 'jax') return otherJax(runs);
  if (image.cudaFrom === undefined && name === 'tensorflow') return otherTensorflow(runs);
  const older = runs(torchBuilds(image));
  return older && fixFor(image, older);
}

type Newest = (versions: readonly string[]) => string | undefined;

function otherJax(runs: Newest): string | undefined {
  const numbered = JAX_BUILDS.filter(({ extra }) => /\d$/.test(extra));
  const newest = runs(numbered.map(({ cuda }) => cuda));
  const extra = numbered.find(({ cuda }) => cuda === newest)?.extra;
  return extra && `ask for "jax[${extra}]", whose programs that driver runs`;
}

function otherTensorflow(runs: Newest): string | undefined {
  const rows = TENSORFLOW_BUILDS.filter(({ tensorflow }) => isAtLeast(tensorflow, OLDEST_AND_CUDA) === true);
  const newest = runs(rows.map(({ cuda }) => cuda));
  const version = rows.findLast(({ cuda }) => cuda === newest)?.tensorflow;
  return version && `ask for "tensorflow[and-cuda]==${version}.*", whose programs that driver runs`;
}

function torchBuilds({ framework }: ImageFacts): readonly string[] {
  const { name, version } = framework?.value ?? {};
  const row = TORCH.find(
    ({ torch }) => name === 'torch' && version !== undefined && torch === minorOf(version),
  );
  return row?.cuda ?? [...new Set(TORCH.flatMap(({ cuda }) => cuda))];
}

function fixFor(image: ImageFacts, cuda: string): string {
  return image.cudaFrom === undefined
    ? `write image: { cuda: "${cuda}" }, whose programs that driver runs`
    : fixedFix(image.cudaFrom, cuda, ', or an older one');
}

/** Where the spec does not decide which CUDA it is: nothing that somebody pinned is changed. */
export function fixedFix(from: NonNullable<ImageFacts['cudaFrom']>, cuda: string, more = ''): string {
  return from.kind === 'image'
    ? `take a tag of the image that is for CUDA ${cuda}${more}`
    : lockFix(from, `cu${cuda.replace('.', '')}`);
}
