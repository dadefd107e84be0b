const MOST = 5;

/** pip lists every version that there is, in one line: the newest ones are what a reader needs. */
export function withoutOldVersions(line: string): string {
  return line.replace(/\(from versions: ([^()]*)\)/, (whole, list: string) => {
    const versions = list.split(', ');
    if (versions.length <= MOST) return whole;
    return `(from ${versions.length} versions, the last: ${versions.slice(-MOST).join(', ')})`;
  });
}
