import { type Package, purlOf } from './package.ts';

export interface Distribution {
  /** `debian` */
  readonly id: string;
  readonly version: string | undefined;
}

/** https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export function distributionOf(osRelease: string | undefined): Distribution {
  const values = new Map(
    [...(osRelease ?? '').matchAll(/^([A-Z_]+)=["']?([^"'\n]*)["']?$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
  return { id: values.get('ID') ?? 'debian', version: values.get('VERSION_ID') };
}

/** Packages that a status file of dpkg has as installed; images without dpkg have one such file for each package. */
export function dpkgPackages(text: string, { id, version: release }: Distribution): readonly Package[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(stanza)?.[1];
    const [name, version, status] = [field('Package'), field('Version'), field('Status')];
    const isInstalled = status === undefined || status.endsWith(' installed');
    if (name === undefined || version === undefined || !isInstalled) return [];
    const distro = release === undefined ? id : `${id}-${release}`;
    const purl = purlOf(['deb', id, name], version, { arch: field('Architecture'), distro });
    return [{ kind: 'deb', name, version, purl } as const];
  });
}
