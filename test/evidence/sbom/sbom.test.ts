import { describe, expect, it } from '@jest/globals';
import { ImageFiles, wantedBytes } from '../../../src/evidence/sbom/files.ts';
import { packagesIn } from '../../../src/evidence/sbom/packages.ts';
import { spdxOf } from '../../../src/evidence/sbom/spdx.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import type { LayerFile } from '../../../src/verify/entry.ts';

const SITE = '/opt/venv/lib/python3.13/site-packages';
const STATUS = `Package: git
Status: install ok installed
Architecture: amd64
Version: 1:2.47.3-0+deb13u1

Package: gone
Status: deinstall ok config-files
Version: 1.0
`;

type Layer = Readonly<Record<string, string | Pick<LayerFile, 'type' | 'link'>>>;

/** Files by path, of which only what is wanted is read. */
async function* entriesOf(layer: Layer): AsyncGenerator<LayerFile> {
  for (const [path, file] of Object.entries(layer)) {
    const text = typeof file === 'string' ? file : undefined;
    const content = text === undefined || wantedBytes(path) === 0 ? undefined : Buffer.from(text);
    yield { path, type: 'file', ...(typeof file === 'string' ? {} : file), content };
  }
}

async function purlsOf(...layers: readonly Layer[]): Promise<readonly string[]> {
  const files = new ImageFiles();
  for (const layer of layers) await files.apply(entriesOf(layer));
  return packagesIn(files.all).map(({ purl }) => purl);
}

const metadata = (name: string, version: string) =>
  `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n\nName: no\n`;

describe('what pip, conda and dpkg have recorded', () => {
  it('is named by package URLs, sorted', async () => {
    const found = await purlsOf({
      '/usr/lib/os-release': 'ID=debian\nVERSION_ID="13"\n',
      '/var/lib/dpkg/status': STATUS,
      [`${SITE}/Jinja2-3.1.dist-info/METADATA`]: metadata('Jinja2', '3.1'),
      [`${SITE}/ruamel.yaml-0.18.egg-info/PKG-INFO`]: metadata('ruamel.yaml', '0.18'),
      '/opt/conda/conda-meta/numpy-2.2-py313_0.json': JSON.stringify({
        name: 'numpy',
        version: '2.2',
        build: 'py313_0',
        channel: 'https://conda.anaconda.org/conda-forge/linux-64',
        subdir: 'linux-64',
        files: [],
      }),
      '/opt/conda/conda-meta/history': 'not a record',
    });

    expect(found).toEqual([
      'pkg:conda/numpy@2.2?build=py313_0&channel=conda-forge&subdir=linux-64',
      'pkg:deb/debian/git@1:2.47.3-0%2Bdeb13u1?arch=amd64&distro=debian-13',
      'pkg:pypi/jinja2@3.1',
      'pkg:pypi/ruamel-yaml@0.18',
    ]);
  });

  it.each<[string, readonly Layer[]]>([
    [
      'a file that a later layer removes',
      [
        { [`${SITE}/old-1.dist-info/METADATA`]: metadata('old', '1') },
        { [`${SITE}/old-1.dist-info/.wh.METADATA`]: '' },
      ],
    ],
    [
      'a folder that a later layer removes',
      [
        { [`${SITE}/old-1.dist-info/METADATA`]: metadata('old', '1') },
        { [`${SITE}/.wh.old-1.dist-info`]: '' },
      ],
    ],
    [
      'a folder that a later layer makes anew',
      [{ [`${SITE}/old-1.dist-info/METADATA`]: metadata('old', '1') }, { [`${SITE}/.wh..wh..opq`]: '' }],
    ],
    [
      'a folder that a later layer replaces with a link',
      [
        { [`${SITE}/old-1.dist-info/METADATA`]: metadata('old', '1') },
        { '/opt/venv': { type: 'symlink', link: '/opt/other' } },
      ],
    ],
    [
      'a copy within another package',
      [{ [`${SITE}/setuptools/_vendor/a-1.dist-info/METADATA`]: metadata('a', '1') }],
    ],
    [
      'the cache of conda',
      [{ '/opt/conda/pkgs/a-1/site-packages/a-1.dist-info/METADATA': metadata('a', '1') }],
    ],
    ['what is no record', [{ '/opt/conda/conda-meta/a.json': '{', [`${SITE}/a.dist-info/METADATA`]: '' }]],
  ])('has nothing of %s', async (_, layers) => {
    expect(await purlsOf(...layers)).toEqual([]);
  });

  it('is read through the links that conda makes to its cache', async () => {
    const cached = '/opt/conda/pkgs/a-1/lib/python3.13/site-packages/a-1.dist-info/METADATA';

    const found = await purlsOf({
      [cached]: metadata('a', '1'),
      '/opt/conda/lib/python3.13/site-packages/a-1.dist-info/METADATA': {
        type: 'link',
        link: cached.slice(1),
      },
    });

    expect(found).toEqual(['pkg:pypi/a@1']);
  });

  it('has the version of the highest layer', async () => {
    const path = `${SITE}/a.egg-info`;

    expect(await purlsOf({ [path]: metadata('a', '1') }, { [path]: metadata('a', '2') })).toEqual([
      'pkg:pypi/a@2',
    ]);
  });
});

describe('the document', () => {
  const packages = packagesIn([[`${SITE}/a.dist-info/METADATA`, `${metadata('a', '1')}`]]);

  it('has the same bytes whenever it is written', () => {
    const options = { image: sha256('image'), created: '2026-01-01T00:00:00Z', packages };

    expect(spdxOf(options)).toBe(spdxOf({ ...options }));
    const document = JSON.parse(spdxOf(options));
    expect(document).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      documentNamespace: `https://jobimg.dev/spdx/1/${sha256('image').replace(':', '/')}`,
      creationInfo: { created: '2026-01-01T00:00:00Z', creators: ['Tool: jobimg-sbom-1'] },
    });
    expect(document.packages.map(({ name }: { name: string }) => name)).toEqual(['image', 'a']);
    expect(document.relationships).toHaveLength(2);
  });

  it('has the beginning of time for an image without one', () => {
    const { creationInfo } = JSON.parse(spdxOf({ image: sha256('image'), created: undefined, packages }));

    expect(creationInfo.created).toBe('1970-01-01T00:00:00Z');
  });
});
