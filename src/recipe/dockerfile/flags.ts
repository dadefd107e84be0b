import type { Instruction } from './read.ts';

/** Values of the flags of an instruction by name, without quotes; one without a value has the text "true". */
export function flagsOf({ flags }: Instruction): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const { text } of flags) {
    const flag = withoutQuotes(text);
    if (flag === '--') return values;
    const at = flag.indexOf('=');
    const name = flag.slice(2, at < 0 ? undefined : at).toLowerCase();
    values.set(name, [...(values.get(name) ?? []), at < 0 ? 'true' : flag.slice(at + 1)]);
  }
  return values;
}

/** https://github.com/moby/buildkit/blob/master/frontend/dockerfile/parser/split_command.go */
function withoutQuotes(text: string): string {
  return text.replace(/\\(.)|["']/gs, '$1');
}

/** What follows the flags; after `--` a word is none, whatever it begins with. */
export function textBehindFlags({ flags, rest }: Instruction): string {
  const end = flags.findIndex(({ text }) => text === '--');
  const behind = end < 0 ? [] : flags.slice(end + 1).map(({ text }) => text);
  return [...behind, rest].join(' ').trim();
}

export interface Mount {
  readonly type: string;
  readonly from: string;
  /** As it is written, variables in it. */
  readonly source: string;
}

/** The mounts of a RUN; undefined for one that cannot be read. */
export function mountsOf(instruction: Instruction): readonly (Mount | undefined)[] {
  return (flagsOf(instruction).get('mount') ?? []).map((text) => {
    if (text.includes('"')) return undefined;
    const fields = text.split(',').map((field) => {
      const [key = ''] = field.split('=', 1);
      return [key.toLowerCase(), field.slice(key.length + 1)] as const;
    });
    const last = (...names: readonly string[]) => fields.findLast(([key]) => names.includes(key))?.[1];
    return { type: last('type') ?? 'bind', from: last('from') ?? '', source: last('source', 'src') ?? '' };
  });
}
