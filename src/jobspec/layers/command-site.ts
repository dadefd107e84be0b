import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { type CommandSite, PLACE_STATES, PLACEHOLDERS, type Reading } from '../job/sites.ts';
import { STRING, scalar } from '../rows/scalar.ts';

/** What may be said where: a program that submits has no id yet. */
const KNOWN = {
  submit: ['name', 'hash', 'image', 'plan', 'grace'],
  status: ['name', 'id'],
  logs: ['name', 'id', 'cursor'],
  cancel: ['name', 'id', 'grace'],
  remove: ['name', 'id'],
  outputs: ['name', 'id', 'path'],
  list: [],
} as const;
type CommandName = keyof typeof KNOWN;

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;
const OPTION = /^options\.[A-Za-z][\w-]*$/;
const VARIABLE = /^[A-Za-z_]\w*$/;

const Name = scalar(match(/^[a-z][a-z0-9-]{0,31}$/, 'a name for a place'), STRING);
const Pattern = scalar(parsePattern, STRING);

const ReadingOf = z
  .union([
    z.literal('exit-code').transform((): Reading => ({ kind: 'exit-code' })),
    z
      .strictObject({ json: z.string() })
      .transform(({ json }): Reading => ({ kind: 'json', path: json.split('.') })),
    z.strictObject({ pattern: Pattern }).transform(({ pattern }): Reading => ({ kind: 'pattern', pattern })),
  ])
  .optional();

const Fields = z.strictObject({
  env: z.array(scalar(match(VARIABLE, 'the name of a variable'), STRING)).optional(),
  options: z.record(z.string(), z.string()).optional(),
  every: scalar(parseSeconds).optional(),
  submit: z.strictObject({ run: words('submit'), id: ReadingOf }),
  status: z.strictObject({
    run: words('status'),
    state: ReadingOf,
    states: z.partialRecord(z.enum(PLACE_STATES), z.array(z.string())),
    'exit-code': ReadingOf,
    reason: ReadingOf,
    duration: ReadingOf,
  }),
  logs: z
    .strictObject({ run: words('logs'), cursor: z.enum(['whole', 'bytes', 'lines']).optional() })
    .optional(),
  cancel: z.strictObject({ run: words('cancel') }),
  remove: z.strictObject({ run: words('remove') }).optional(),
  outputs: z.strictObject({ run: words('outputs') }).optional(),
  list: z.strictObject({ run: words('list'), pattern: Pattern }).optional(),
});

/** The places that have a command line, by the names that specs call them. */
export const Commands = z.record(Name, Fields);
export const COMMAND_KEYS: readonly string[] = Object.keys(Fields.shape);

export function commandSites(written: z.output<typeof Commands>): ReadonlyMap<string, CommandSite> {
  return new Map(Object.entries(written).map(([name, fields]) => [name, siteOf(name, fields)]));
}

function siteOf(name: string, fields: z.output<typeof Fields>): CommandSite {
  const { cancel, env = [], every = 5, list, logs, options = {}, outputs, remove, status, submit } = fields;
  const site: CommandSite = {
    env,
    every,
    options: new Map(Object.entries(options)),
    submit: { run: submit.run, id: submit.id },
    status: {
      run: status.run,
      state: status.state,
      states: statesOf(status.states),
      exitCode: status['exit-code'],
      reason: status.reason,
      duration: status.duration,
    },
    logs: logs && { run: logs.run, cursor: logs.cursor ?? 'whole' },
    cancel: cancel.run,
    remove: remove?.run,
    outputs: outputs?.run,
    list,
  };
  checkSite(name, site);
  return site;
}

function statesOf(
  written: Readonly<Partial<Record<string, readonly string[]>>>,
): CommandSite['status']['states'] {
  const pairs = PLACE_STATES.flatMap((state) => (written[state] ?? []).map((text) => [text, state] as const));
  return new Map(pairs);
}

/** What would be found out only when a run is there that nobody can follow. */
function checkSite(name: string, { list, logs, options, status, submit, ...rest }: CommandSite): void {
  const states = new Set(status.states.values());
  const ends = [...states].some((state) => !['queued', 'pulling', 'running', 'absent'].includes(state));
  if (!ends || !states.has('running'))
    throw problem(
      `the place "${name}" has no state for a run that ${ends ? 'runs' : 'has ended'}`,
      'write below "status": states: { running: [RUNNING], succeeded: [DONE], failed: [FAILED] }, with the words of the place',
    );
  if (
    logs !== undefined &&
    logs.cursor !== 'whole' &&
    !logs.run.some((word) => /\{\{\s*cursor\s*\}\}/.test(word))
  )
    throw problem(
      `the logs of the place "${name}" are read by "${logs.cursor}", and no word is {{ cursor }}`,
      'say where the program gets it, or write "cursor: whole"',
    );
  const all = [submit.run, status.run, logs?.run, rest.cancel, rest.remove, rest.outputs, list?.run];
  for (const word of all.flatMap((run) => run ?? [])) checkOptions(name, word, options);
}

function checkOptions(name: string, word: string, options: ReadonlyMap<string, string>): void {
  for (const [, inside = ''] of word.matchAll(PLACEHOLDER)) {
    if (!OPTION.test(inside) || options.has(inside.slice('options.'.length))) continue;
    throw problem(
      `"{{ ${inside} }}" of the place "${name}" is no option of it`,
      `declare it with its default: options: { ${inside.slice('options.'.length)}: … }`,
    );
  }
}

function words(command: CommandName) {
  const word = scalar((text) => checkWord(text, command), STRING);
  return z.array(word).min(1);
}

function checkWord(text: string, command: CommandName): string {
  const known: readonly string[] = KNOWN[command];
  for (const [, inside = ''] of text.matchAll(PLACEHOLDER)) {
    if (known.includes(inside) || OPTION.test(inside)) continue;
    const isElsewhere = PLACEHOLDERS.some((one) => one === inside);
    throw problem(
      `"{{ ${inside} }}" ${isElsewhere ? `has no value in "${command}"` : 'is no placeholder'}`,
      `there are: ${[...known, 'options.NAME'].map((one) => `{{ ${one} }}`).join(', ')}`,
    );
  }
  return text;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'mu');
  } catch (error) {
    throw new UserError(`the pattern "${text}" is not a regular expression`, {
      code: 'defaults',
      hint: 'write one with a group for the value, as in "id=(\\\\S+)"',
      cause: error,
    });
  }
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.2 && seconds <= 600) return seconds;
  throw problem(`"${text}" is no number of seconds`, 'write one from 0.2 to 600');
}

function match(pattern: RegExp, what: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw problem(`"${text}" is not ${what}`, 'write letters, digits and dashes, as in my-queue');
  };
}

function problem(message: string, hint: string): UserError {
  return new UserError(message, { code: 'defaults', hint });
}
