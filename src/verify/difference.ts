/** One thing that two images do not agree on. */
export interface Difference {
  /** `/etc/shadow`, `config.Env.PATH`, `layer 3`. */
  readonly place: string;
  /** `content`, `mode`, `value`, … */
  readonly attribute: string;
  /** As it stands in the registry; undefined: it is not there. */
  readonly published: string | undefined;
  /** As it came out now. */
  readonly rebuilt: string | undefined;
}

export function printDifference({ place, attribute, published, rebuilt }: Difference): string {
  if (published === undefined) return `${place} was not published, and comes out now`;
  if (rebuilt === undefined) return `${place} was published, and does not come out now`;
  return `${place}: ${attribute} was ${published}, and is ${rebuilt} now`;
}
