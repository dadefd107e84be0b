/** The conda packages of the environment `default` with the sizes that the lock says: https://pixi.sh/latest/workspace/lockfile/ */
export function pixiDownloads(lines: readonly string[], urls: readonly string[]): number {
  const sizes = new Map<string, number>();
  let url: string | undefined;
  for (const line of lines) {
    const [, begun] = /^- (?:conda|pypi): (\S+)/.exec(line) ?? [];
    url = begun ?? url;
    const [, size] = /^ {2}size: (\d{1,15})$/.exec(line) ?? [];
    if (url !== undefined && size !== undefined) sizes.set(url, Number(size));
  }
  return [...new Set(urls)].reduce((sum, one) => sum + (sizes.get(one) ?? 0), 0);
}
