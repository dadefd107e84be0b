import type { BuiltImage } from '../../jobspec/job/job.ts';
import { CONDA_PREFIX } from '../conda/request.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import { condaOf } from '../dependencies/with-conda.ts';

/** The language of the image, and what its spec sets. */
export function localeVariables(image: BuiltImage): ReadonlyMap<string, string> {
  const { lang } = image;
  return new Map([['LANG', lang], ['LC_ALL', lang], ['LANGUAGE', lang], ...image.env]);
}

/** What an activation would set; the scripts of packages that are run at one are not. */
export function condaVariables(dependencies: ChosenDependencies): ReadonlyMap<string, string> {
  const conda = condaOf(dependencies)?.conda;
  return conda === undefined ? new Map() : new Map([['CONDA_PREFIX', CONDA_PREFIX], ...conda.variables]);
}
