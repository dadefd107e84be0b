/** Packages that compute on a GPU. */
const GPU_PACKAGES = [
  'torch',
  'tensorflow',
  'jax',
  'cupy',
  'vllm',
  'xgboost',
  'lightgbm',
  'paddlepaddle-gpu',
];

/** The first of them that a text names as a word of its own. */
export function gpuPackage(text: string): string | undefined {
  return GPU_PACKAGES.find((name) => new RegExp(`(?:^|[^\\w-])${name}(?:$|[^\\w])`, 'm').test(text));
}

/** A folder that a program writes its results to, as its texts name it. */
export function outputFolder(text: string): string | undefined {
  const [, folder] =
    /['"](?:\.\/)?(outputs?|results|checkpoints|artifacts)(?:\/[^'"\n]*)?['"]/.exec(text) ?? [];
  return folder;
}

/** Variables that a program reads and that sound like secrets. */
export function secretNames(text: string): readonly string[] {
  const read = [...text.matchAll(/(?:environ(?:\.get)?|getenv)\s*[[(]\s*['"]([A-Z][A-Z0-9_]{1,60})['"]/g)];
  const names = read.map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => /(?:TOKEN|KEY|SECRET|PASSWORD)$/.test(name));
}
