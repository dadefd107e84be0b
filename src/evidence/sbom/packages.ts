import { condaPackage } from './conda.ts';
import { distributionOf, dpkgPackages } from './dpkg.ts';
import type { Package } from './package.ts';
import { pipPackage } from './pip.ts';

/** What pip, conda and dpkg have recorded in the files of an image; each package once, sorted. */
export function packagesIn(files: readonly (readonly [path: string, text: string])[]): readonly Package[] {
  const byPath = new Map(files);
  const release = distributionOf(byPath.get('/etc/os-release') ?? byPath.get('/usr/lib/os-release'));
  const found = files.flatMap(([path, text]) => {
    if (path.startsWith('/var/lib/dpkg/'))
      return path.endsWith('.md5sums') ? [] : dpkgPackages(text, release);
    const one = condaPackage(path, text) ?? pipPackage(path, text);
    return one === undefined ? [] : [one];
  });
  const distinct = new Map(found.map((one) => [one.purl, one]));
  return [...distinct.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
}
