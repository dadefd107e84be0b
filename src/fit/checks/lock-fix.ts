import { PYTORCH_INDEX, TORCH_FAMILY } from '../../data/torch.ts';

/** A package whose build for a CUDA is another package. */
const JAX = 'jax';

/** Packages of a lock that decide its CUDA. */
export function cudaPackages(text: string): readonly string[] {
  const names = [...TORCH_FAMILY, JAX];
  return names.filter((name) => new RegExp(`(?:^|"|\\n)${name}(?:"|==)`).test(text));
}

interface LockedPackages {
  readonly path: string;
  readonly packages: readonly string[];
}

/** What makes a lock again with the build for another CUDA, by its folder: `cu126`, `cpu`. */
export function lockFix({ path, packages }: LockedPackages, folder: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  const torch = packages.filter((name) => name !== JAX);
  if (torch.length === 0 && packages.includes(JAX)) return jaxFix(file, folder);
  return torchFix(file, torch.length === 0 ? ['torch'] : torch, folder);
}

const LOCK_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['uv.lock', '"uv lock"'],
  ['pdm.lock', '"pdm lock"'],
  ['poetry.lock', '"poetry lock"'],
  ['pixi.lock', '"pixi lock"'],
]);

function jaxFix(file: string, folder: string): string {
  const major = /^cu(\d{2})/.exec(folder)?.[1];
  const wanted = major === undefined ? 'jax without an extra' : `jax[cuda${major}]`;
  return `ask for ${wanted}, and run ${LOCK_COMMANDS.get(file) ?? 'the tool that wrote the lock'}`;
}

function torchFix(file: string, torch: readonly string[], folder: string): string {
  const name = `pytorch-${folder}`;
  const url = `${PYTORCH_INDEX}/${folder}`;
  switch (file) {
    case 'uv.lock':
      return lines([
        'write into pyproject.toml, and run "uv lock":',
        '[[tool.uv.index]]',
        `name = "${name}"`,
        `url = "${url}"`,
        'explicit = true',
        '',
        '[tool.uv.sources]',
        ...torch.map((one) => `${one} = { index = "${name}" }`),
      ]);
    case 'pdm.lock':
      return lines([
        'write into pyproject.toml, and run "pdm lock":',
        '[[tool.pdm.source]]',
        `name = "${name}"`,
        `url = "${url}"`,
        `include_packages = [${torch.map((one) => `"${one}"`).join(', ')}]`,
      ]);
    case 'poetry.lock':
      return lines([
        'run:',
        `poetry source add --priority explicit ${name} ${url}`,
        `poetry add --source ${name} ${torch.join(' ')}`,
      ]);
    default:
      return `create it again with the tool that wrote it, with the extra index ${url}`;
  }
}

function lines(texts: readonly string[]): string {
  return texts.join('\n    ');
}
