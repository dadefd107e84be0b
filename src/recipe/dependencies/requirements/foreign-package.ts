import type { Misfit } from './misfit.ts';

const FREEZE = '"pip list --format=freeze > requirements.txt" writes versions in place of paths';

/** What a list of one machine has and no other machine can install. */
export function foreignPackage(line: string): Misfit | undefined {
  return foreignPath(line) ?? ofUbuntu(line) ?? ofOneSystem(line);
}

/** `six @ file:///tmp/build/…`, as conda leaves it behind, `-e /home/…`, `C:\\Users\\…`, `~/…` */
function foreignPath(line: string): Misfit | undefined {
  const [, editable, name, target = ''] =
    /^(?:(-e|--editable)[\s=]+)?(?:([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*@\s*)?(\S*)/.exec(line) ?? [];
  if (!isAbsolute(target)) return undefined;
  const version = name ?? 'name';
  return {
    kind: editable === undefined ? 'path' : 'editable path',
    code: 'local-requirement',
    is: 'is a path of the machine that the file was written on, which an image does not have',
    hint:
      editable === undefined
        ? `write a version in its place: ${version}==<version>; ${FREEZE}`
        : 'remove the line; the repository itself is installed with image: { install: project }',
  };
}

function isAbsolute(target: string): boolean {
  return /^(?:file:\/\/)?(?:\/(?!\/)|~\/|\/?[A-Za-z]:(?:[\\/]|$))|^\\\\/i.test(target);
}

function ofUbuntu(line: string): Misfit | undefined {
  if (!/^pkg[-_]resources\s*==\s*0\.0\.0\b/i.test(line)) return undefined;
  return {
    kind: 'ubuntu',
    code: 'other-machine',
    is: 'is in no index: a virtual environment of Ubuntu lists it for what it has itself',
    hint: 'remove the line',
  };
}

/** Their releases are wheels for one system alone, or refuse to be built elsewhere. */
const SYSTEMS: readonly (readonly [system: string, platform: string, names: RegExp])[] = [
  ['Windows', 'win32', /^(?:pywin32|pypiwin32|windows-curses|tensorflow-intel|triton-windows)$/],
  ['macOS', 'darwin', /^(?:tensorflow-macos|tensorflow-metal|pyobjc-core)$/],
];

function ofOneSystem(line: string): Misfit | undefined {
  if (line.includes(';')) return undefined;
  const name = /^[A-Za-z0-9][\w.-]*/
    .exec(line)?.[0]
    ?.toLowerCase()
    .replace(/[-_.]+/g, '-');
  const found = SYSTEMS.find(([, , names]) => name !== undefined && names.test(name));
  if (found === undefined) return undefined;
  const [system, platform] = found;
  return {
    kind: system,
    code: 'other-machine',
    is: `is for ${system} alone, and an image is of Linux`,
    hint: `remove the line, or write ${line.trim()} ; sys_platform == "${platform}"`,
  };
}
