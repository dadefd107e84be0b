/** Files that packages are installed from, the exact ones first; a spec may name each of them. */
export const DEPENDENCY_FILES = [
  'uv.lock',
  'poetry.lock',
  'pdm.lock',
  'pylock.toml',
  'pixi.lock',
  'conda-lock.yml',
  'Pipfile.lock',
  'requirements.txt',
  'environment.yml',
  'pyproject.toml',
  'setup.py',
];
