import type { PyCall, PyValue } from '../python/value.ts';

export interface CommandLine {
  /** Of `--with`, for each step that has none of that name. */
  readonly decorators: readonly PyCall[];
  /** Values of parameters. */
  readonly given: ReadonlyMap<string, string>;
}

const FILE = 'command line';

/** `python flow.py run --with kubernetes:gpu=1,memory=16000 --lr 0.1` */
export function readCommandLine(words: readonly string[], file: string): CommandLine {
  const start = words.indexOf('run', words.indexOf(file) + 1);
  const decorators: PyCall[] = [];
  const given = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const [, name, value = words[index + 1]] = /^--([A-Za-z_][\w-]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined || value === undefined) continue;
    if (name === 'with') decorators.push(decoratorOf(value));
    else if (start >= 0 && index > start) given.set(name, value);
  }
  return { decorators, given };
}

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
