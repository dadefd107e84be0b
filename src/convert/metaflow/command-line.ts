import type { PyCall, PyValue } from '../python/value.ts';

export interface CommandLine {
  /** Of `--with`, for each step that has none of that name. */
  readonly decorators: readonly PyCall[];
  /** Values of parameters, and what other options were given behind `run`. */
  readonly given: ReadonlyMap<string, string>;
  /** Values of `--with` that work inside the job as well. */
  readonly kept: readonly string[];
  /** What the flow was to do, where that is not to run. */
  readonly verb: string | undefined;
}

const FILE = 'command line';

/** `python flow.py run --with kubernetes:gpu=1,memory=16000 --lr 0.1` */
export function readCommandLine(words: readonly string[], file: string): CommandLine {
  const place = words.indexOf(file) + 1;
  const start = words.indexOf('run', place);
  const options = optionsIn(words);
  const withs = options.filter(({ name }) => name === 'with').map(({ value }) => value);
  const behind = options.filter(({ name, index }) => name !== 'with' && start >= 0 && index > start);
  return {
    decorators: withs.map(decoratorOf),
    given: new Map(behind.map(({ name, value }) => [name, value])),
    kept: withs.filter((value) => INSIDE.test(value)),
    verb: start < 0 ? words.slice(place).find((word) => !word.startsWith('-')) : undefined,
  };
}

interface Option {
  readonly name: string;
  readonly value: string;
  readonly index: number;
}

function optionsIn(words: readonly string[]): readonly Option[] {
  return words.flatMap((word, index) => {
    const [, name, value = words[index + 1]] = /^--([A-Za-z_][\w-]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value, index }];
  });
}

const INSIDE = /^(?:retry|catch|timeout|card)(?::|$)/;

/** A comma ends an attribute only where another begins. */
function decoratorOf(text: string): PyCall {
  const [, name = '', attributes = ''] = /^([^:]*):?([\s\S]*)$/.exec(text) ?? [];
  const pairs = attributes.split(/,(?=[\s\w]+=)/).flatMap((attribute) => {
    const at = attribute.indexOf('=');
    return at < 0
      ? []
      : [[attribute.slice(0, at).trim(), wordValue(attribute.slice(at + 1).trim())] as const];
  });
  return { kind: 'call', name, values: [], keywords: new Map(pairs), spread: [], at: { file: FILE } };
}

function wordValue(text: string): PyValue {
  const at = { file: FILE };
  if (/^(?:true|false)$/i.test(text)) return { kind: 'bool', value: /^t/i.test(text), at };
  return { kind: 'text', text: text.replace(/^"([^"]*)"$/, '$1'), at };
}
