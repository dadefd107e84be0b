import { shellWord } from './shell.ts';

/** Where packages are installed: a fixed path, for it stands in their scripts. */
export const VENV = '/opt/venv';

/** Where files of the repository are mounted while a step runs. */
export const SOURCE_MOUNT = '/src';

/** The one version of uv that is used; in the text of the steps, and so in every id that depends on it. */
export const UV_VERSION = '0.13.8';
export const UV = `uv==${UV_VERSION}`;

/** No bytecode: pip's own holds file times. It is compiled afterwards, the same way each time. */
export const PYTHON_SETTINGS =
  'export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore';

export const PIP_INSTALL = `${VENV}/bin/pip install --no-cache-dir --no-compile`;

/** No requirement begins with a dash, so none of them can end the list. */
const END = '--end--';

/** Installs requirements, which never stand in the arguments of a process. */
export function installRequirements(requirements: readonly string[], options: PathOptions = {}): string {
  const lines = [...new Set(requirements)].sort();
  return [...before(options), `${PIP_INSTALL} -r /dev/stdin <<'${END}'`, ...lines, END].join('\n');
}

/** Installs requirement files of the repository. */
export function installFiles(
  paths: readonly string[],
  options: PathOptions & { readonly hashes: boolean },
): string {
  const files = paths.map((path) => `-r ${shellWord(`${SOURCE_MOUNT}/${path}`)}`);
  const command = [PIP_INSTALL, ...(options.hashes ? ['--require-hashes'] : []), ...files].join(' ');
  return [...before(options), command].join('\n');
}

interface PathOptions {
  /** Paths of the repository are among them, which pip looks for from where it is. */
  readonly local?: boolean;
}

function before({ local = false }: PathOptions): readonly string[] {
  return local ? [PYTHON_SETTINGS, `cd ${SOURCE_MOUNT}`] : [PYTHON_SETTINGS];
}
