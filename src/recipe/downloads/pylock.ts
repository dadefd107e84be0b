import type { Toml } from '../toml.ts';
import { markerHolds } from './marker.ts';
import { packageFile, packageFiles, sizeFor } from './package-files.ts';
import type { Downloads } from './target.ts';

/** What pip fetches of the packages of a `pylock.toml`, each with the marker that is left of its own. */
export function pylockDownloads(
  packages: readonly { readonly one: Toml; readonly marker: string | undefined }[],
): Downloads {
  return (target) =>
    packages
      .filter(({ marker }) => marker === undefined || markerHolds(marker, target) === true)
      .map(({ one }) => (one.has('archive') ? [packageFile(one.table('archive'))] : packageFiles(one)))
      .reduce((sum, files) => sum + sizeFor(files, target), 0);
}
