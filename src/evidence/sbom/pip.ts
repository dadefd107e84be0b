import { normalizedName } from '../../recipe/packages/project-name.ts';
import { type Package, purlOf } from './package.ts';

/** Where installed packages stand; a package may hold copies of others, which nobody has installed. */
const INSTALLED = /\/(?:site|dist)-packages\/[^/]+\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/;
/** Packages of conda that are unpacked, and not installed. */
const CACHE = /\/pkgs\/[^/]+\/(?:lib|site-packages)\//;

/** https://packaging.python.org/en/latest/specifications/core-metadata/ ; undefined: the file names no installed package. */
export function pipPackage(path: string, text: string): Package | undefined {
  if (!INSTALLED.test(path) || CACHE.test(path)) return undefined;
  const headers = headersOf(text);
  const [name, version] = [headers.get('name'), headers.get('version')];
  if (name === undefined || version === undefined) return undefined;
  const normal = normalizedName(name);
  return {
    kind: 'pypi',
    name,
    version,
    purl: purlOf(['pypi', normal], version),
    license: headers.get('license-expression'),
  };
}

/** Up to the first empty line; the first of several counts. */
function headersOf(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line === '') break;
    const [, name, value] = /^([A-Za-z-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    const key = name?.toLowerCase() ?? '';
    if (value !== undefined && value !== '' && !headers.has(key)) headers.set(key, value);
  }
  return headers;
}
