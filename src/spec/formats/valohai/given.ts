import type { Additions } from '../../parsed-spec.ts';

export interface Given {
  /** Values of parameters by name. */
  readonly given: ReadonlyMap<string, string>;
  /** Everything else, by its path in a spec of ours. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** `params.lr=0.1` among the overrides gives a parameter its value; names of parameters may have dots. */
export function splitOverrides(
  additions: Additions,
  which: { readonly job: string; readonly names: readonly string[] },
): Given {
  const given = new Map<string, string>();
  const overrides = new Map<string, string>();
  for (const [path, text] of additions.overrides ?? []) {
    const [, job = which.job, name] = /^(?:jobs\.([^.]+)\.)?params\.(.+)$/.exec(path) ?? [];
    if (name === undefined || !which.names.includes(job)) overrides.set(path, text);
    else if (job === which.job) given.set(name, text);
  }
  for (const [name, text] of additions.params ?? []) given.set(name, text);
  return { given, overrides };
}
