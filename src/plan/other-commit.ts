import type { Finding } from '../errors.ts';
import { GENERATORS, type Generators, generatorOf } from './generators.ts';
import type { PlatformInputs } from './inputs-annotation.ts';
import { changesOfPlatforms, joinChanges } from './why-rebuilt.ts';

/** What an image carries of what it was made from; the environment that it stands on has its own. */
export interface CarriedInputs {
  readonly environment: PlatformInputs;
  readonly image: PlatformInputs;
}

/** A job of the commit, as its images would carry it. */
export interface PlannedInputs extends CarriedInputs {
  readonly job: string;
  /** Whether the environment is built from a Dockerfile of the user. */
  readonly own: boolean;
}

/** Why no job of the commit gives the image: against the job that comes closest to it. */
export function otherCommit(
  name: string,
  published: CarriedInputs,
  jobs: readonly PlannedInputs[],
  releases: readonly Generators[] = GENERATORS,
): Finding {
  const compared = jobs.map((job) => ({ job, changes: changesBetween(published, job) }));
  const [nearest] = compared.sort((a, b) => a.changes.length - b.changes.length);
  if (nearest === undefined) return notGiven(name, 'no job of the spec builds an image');
  return (
    otherGenerator(name, published, nearest.job, releases) ?? notGiven(name, joinChanges(nearest.changes))
  );
}

function changesBetween(published: CarriedInputs, planned: CarriedInputs): readonly string[] {
  const environment = changesOfPlatforms(published.environment, planned.environment);
  const image = changesOfPlatforms(published.image, planned.image);
  // That the environment changed follows from what changed in it.
  return [
    ...new Set([...environment, ...image.filter((change) => environment.length === 0 || change !== FOLLOWS)]),
  ];
}

const FOLLOWS = 'the environment changed';

function notGiven(name: string, why: string): Finding {
  return {
    level: 'error',
    code: 'other-commit',
    message: `${name} is not what this commit gives${why === '' ? '' : `: ${why}`}`,
    hint: 'check out the commit that it was published from, and the same input "overrides" (--override) as then',
  };
}

interface Compared {
  readonly of: 'generated' | 'own' | 'cut';
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Of the environments; and of two images of the same code, of which one has it in several layers. */
function differentGenerators(published: CarriedInputs, planned: PlannedInputs): Compared | undefined {
  const environments = numbersOf([published.environment, planned.environment]);
  if (environments.before !== environments.after)
    return { of: planned.own ? 'own' : 'generated', ...environments };
  const images = numbersOf([published.image, planned.image]);
  const isSameCode = isEqual(withoutNumbers(published.image), withoutNumbers(planned.image));
  return images.before !== images.after && isSameCode ? { of: 'cut', ...images } : undefined;
}

function numbersOf(sides: readonly [PlatformInputs, PlatformInputs]): Omit<Compared, 'of'> {
  const [before, after] = sides.map((inputs) =>
    [...inputs.values()].map(generatorOf).find((number) => number !== undefined),
  );
  return { before, after };
}

/** An encoder goes with its generator. */
function withoutNumbers(inputs: PlatformInputs): unknown {
  return [...inputs].map(([platform, carried]) => [
    platform,
    [...carried].filter(([name]) => name !== 'generator' && name !== 'encoder'),
  ]);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** An image of another generator cannot be built again here, which says nothing against it. */
function otherGenerator(
  name: string,
  published: CarriedInputs,
  planned: PlannedInputs,
  releases: readonly Generators[],
): Finding | undefined {
  const compared = differentGenerators(published, planned);
  if (compared === undefined) return undefined;
  const { of, before, after } = compared;
  const release = releases.find((one) => one[of] === before)?.release;
  const which = before === undefined ? 'another generator' : `generator ${before}`;
  return {
    level: 'error',
    code: 'other-generator',
    message: `${name} was built by ${which} of jobimg, and this release has generator ${after}: it cannot build the image again`,
    hint: `verify it with ${release === undefined ? 'the release of jobimg that published it' : `release ${release} of jobimg`}`,
  };
}
