import type { Additions } from '../../format/parsed-spec.ts';
import { plain } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/yaml.ts';

export interface SplitOverrides {
  /** Values of parameters by name. */
  readonly given: ReadonlyMap<string, string>;
  /** Addresses of inputs by name. */
  readonly inputs: ReadonlyMap<string, readonly string[]>;
  /** Everything else, by its path in a spec of ours. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** `params.lr=0.1` gives a parameter its value, `inputs.data=…` an input its files; their names may have dots. */
export function splitOverrides(additions: Additions, which: JobChoice): SplitOverrides {
  const given = new Map<string, string>();
  const inputs = new Map<string, readonly string[]>();
  const overrides = new Map<string, string>();
  for (const [path, text] of additions.overrides ?? []) {
    const own = ownOf(path, which);
    if (own === undefined) overrides.set(path, text);
    else if (own.isHere) take(own, text, given, inputs);
  }
  for (const [name, text] of additions.params ?? []) given.set(name, text);
  return { given, inputs, overrides };
}

/** A job among all of the file. */
interface JobChoice {
  readonly job: string;
  readonly names: readonly string[];
}

const OWN = /^(?:jobs\.([^.]+)\.)?(params|inputs)\.(.+)$/;

function take(
  { kind, name }: Own,
  text: string,
  given: Map<string, string>,
  inputs: Map<string, readonly string[]>,
): void {
  if (kind === 'params') given.set(name, text);
  else inputs.set(name, addressesOf(text));
}

interface Own {
  readonly kind: string;
  readonly name: string;
  /** Whether it is for this job. */
  readonly isHere: boolean;
}

/** undefined: it is no parameter and no input of a step. */
function ownOf(path: string, which: JobChoice): Own | undefined {
  const [, job = which.job, kind, name] = OWN.exec(path) ?? [];
  if (kind === undefined || name === undefined || !which.names.includes(job)) return undefined;
  return { kind, name, isHere: job === which.job };
}

/** One, or several as a list of YAML. */
function addressesOf(text: string): readonly string[] {
  if (!text.trim().startsWith('[')) return [text];
  const node = parseYaml(text, 'overrides');
  return node.kind === 'list' ? node.items.map((item) => String(plain(item))) : [text];
}
