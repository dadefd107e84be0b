import type { Placeholder, Words } from '../../jobspec/job/sites.ts';

export interface Values {
  readonly known: Readonly<Partial<Record<Placeholder, string>>>;
  readonly options: ReadonlyMap<string, string>;
}

const PLACEHOLDER = /\{\{\s*(?:options\.(?<option>[\w-]+)|(?<name>[a-z]+))\s*\}\}/g;

/** Each word stays one, whatever is put into it. */
export function fillWords(words: Words, { known, options }: Values): Words {
  return words.map((word) =>
    word.replace(PLACEHOLDER, (text, ...rest: readonly unknown[]) => {
      const { name, option } = rest.at(-1) as { readonly name?: Placeholder; readonly option?: string };
      const value = option === undefined ? known[name ?? 'name'] : options.get(option);
      if (value === undefined) throw new Error(`${text} has no value`);
      return value;
    }),
  );
}
