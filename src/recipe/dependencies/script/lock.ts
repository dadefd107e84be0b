import { posix } from 'node:path';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import { uvDownloads } from '../../downloads/uv-lock.ts';
import { SOURCE_MOUNT, VENV } from '../../pip.ts';
import { shellWord } from '../../shell.ts';
import { readToml, type Toml } from '../../toml.ts';
import type { Dependencies } from '../kind/kind.ts';
import { UV_FOLDER, UV_SYNC, uvText } from '../uv/uv.ts';
import { type HeaderBlock, headerToml } from './header.ts';

/** No line of a header begins with a dash, so none of them can end it. */
const END = '--end--';

/**
 * `<script>.lock`, installed by uv: https://docs.astral.sh/uv/guides/scripts/#locking-dependencies. Of the script only its
 * header is in the step, so that no other edit of it makes a new environment.
 */
export function readScriptLock(
  path: string,
  header: HeaderBlock,
  tree: Tree,
  findings: Findings,
): Dependencies | undefined {
  const file = `${path}.lock`;
  const lock = readToml(tree, file);
  const packages = lock?.tables('package') ?? [];
  const local = packages.filter((one) => LOCAL.some((kind) => one.has('source', kind)));
  for (const one of local) refuseLocal(one, file, findings);
  const specifiers = headerToml(header, path).text('requires-python');
  return {
    install: installText(file, header.lines),
    files: [file],
    python: specifiers === undefined ? undefined : { specifiers, file: path },
    downloads: lock && uvDownloads(lock),
    git: packages.find((one) => one.has('source', 'git'))?.text('name'),
  };
}

const LOCAL = ['directory', 'editable', 'virtual', 'path'];

function refuseLocal(one: Toml, file: string, findings: Findings): void {
  findings.error(
    'local-requirement',
    `the package "${one.text('name')}" of ${file} is a folder or file of the repository, which is not in the image yet when packages are installed`,
    {
      hint: 'install it after the code: image: { setup: [pip install --no-deps ./folder] }, and leave it out of the header',
      at: { file },
    },
  );
}

function installText(lock: string, header: readonly string[]): string {
  const script = `${UV_FOLDER}/script.py`;
  return uvText([
    `cp ${shellWord(posix.join(SOURCE_MOUNT, lock))} ${script}.lock`,
    `cat > ${script} <<'${END}'`,
    ...header,
    END,
    `VIRTUAL_ENV=${VENV} ${UV_SYNC} --script ${script} --active --frozen --inexact --link-mode=copy`,
  ]);
}
