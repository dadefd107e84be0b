/** Lines that could not be read: the first with its reason, and how many there are. */
export interface Unread {
  add(line: number, why: string): void;
  /** In one sentence; undefined: there are none. */
  sentence(): string | undefined;
}

export function createUnread(): Unread {
  let first: string | undefined;
  let more = 0;
  return {
    add(line, why) {
      if (first === undefined) first = `line ${line}: ${why}`;
      else more += 1;
    },
    sentence() {
      if (first === undefined) return undefined;
      return more === 0 ? first : `${first}; and ${more} more`;
    },
  };
}
