import * as z from 'zod';
import { UserError } from '../../../errors.ts';
import { ABILITIES, type CommandSite, type Listing, PLACE_STATES } from '../../job/sites.ts';
import { flag, STRING, scalar } from '../../rows/scalar.ts';
import { checkSite } from './check-site.ts';
import { LogFields, logsOf } from './log-fields.ts';
import { Path, Pattern, pathOf, ReadingOf } from './readings.ts';
import { template, words } from './words.ts';

const VARIABLE = /^[A-Za-z_]\w*$/;

export const PlaceName = scalar(match(/^[a-z][a-z0-9-]{0,31}$/, 'a name for a place'), STRING);
const Variable = scalar(match(VARIABLE, 'the name of a variable'), STRING);
const FileName = scalar(match(/^[A-Za-z][\w.-]{0,63}$/, 'the name of a file'), STRING);

const Sentences = z.partialRecord(z.enum(ABILITIES), z.string()).optional();

/** What an operator may say of a preset, too. */
export const OWN_FIELDS = {
  env: z.array(Variable).optional(),
  variables: z.record(Variable, z.string()).optional(),
  options: z.record(z.string(), z.string()).optional(),
  every: scalar(parseSeconds).optional(),
};

export const SiteFields = z.strictObject({
  ...OWN_FIELDS,
  required: z.array(z.string()).optional(),
  allowed: z.record(z.string(), Pattern).optional(),
  refuses: Sentences,
  ignores: Sentences,
  wrap: z
    .strictObject({
      'exit-code': flag.optional(),
      timeout: flag.optional(),
      env: flag.optional(),
      outputs: z.string().optional(),
    })
    .optional(),
  submit: z.strictObject({
    before: z.array(words('submit')).optional(),
    files: z.record(FileName, template('files')).optional(),
    run: words('submit'),
    id: ReadingOf,
    secrets: z.literal('env').optional(),
    retry: Pattern.optional(),
  }),
  status: z.strictObject({
    run: words('status'),
    item: z.strictObject({ items: Path.optional(), id: Path }).optional(),
    state: ReadingOf,
    states: z.partialRecord(z.enum(PLACE_STATES), z.array(z.string())),
    absent: Pattern.optional(),
    'exit-code': ReadingOf,
    reason: ReadingOf,
    duration: ReadingOf,
    times: z.strictObject({ started: Path, ended: Path }).optional(),
  }),
  logs: LogFields.optional(),
  cancel: z.strictObject({ run: words('cancel') }),
  remove: z
    .strictObject({
      run: words('remove'),
      list: z.strictObject({ run: words('list'), items: Path.optional(), id: Path }).optional(),
    })
    .optional(),
  outputs: z
    .strictObject({
      run: words('outputs'),
      into: z.enum(['tar', 'folder']).optional(),
      absent: Pattern.optional(),
      below: z.string().optional(),
    })
    .optional(),
  list: z
    .union([
      z.strictObject({ run: words('list'), pattern: Pattern }),
      z.strictObject({
        run: words('list'),
        items: z.string().optional(),
        name: z.string(),
        id: z.string(),
      }),
    ])
    .optional(),
});
type SiteFields = z.output<typeof SiteFields>;

export function siteOf(name: string, fields: SiteFields): CommandSite {
  const { cancel, env = [], every = 5, logs, outputs, remove, required = [], submit } = fields;
  const site: CommandSite = {
    env,
    ownVariables: [...env, ...Object.keys(fields.variables ?? {})],
    every,
    required,
    variables: mapOf(fields.variables),
    options: mapOf(fields.options),
    allowed: mapOf(fields.allowed),
    refuses: mapOf(fields.refuses),
    ignores: mapOf(fields.ignores),
    wrap: wrapOf(fields.wrap),
    submit: {
      run: submit.run,
      id: submit.id,
      before: submit.before ?? [],
      files: mapOf(submit.files),
      secretsInEnv: submit.secrets === 'env',
      retry: submit.retry,
    },
    status: statusOf(fields.status),
    logs: logsOf(logs),
    cancel: cancel.run,
    remove: remove && removeOf(remove),
    outputs: outputs && { ...outputs, into: outputs.into ?? 'tar' },
    list: fields.list && { run: fields.list.run, listing: listingOf(fields.list) },
  };
  checkSite(name, site);
  return site;
}

function statusOf(written: SiteFields['status']): CommandSite['status'] {
  const { absent, duration, item, reason, run, state, states, times } = written;
  const pairs = PLACE_STATES.flatMap((one) => (states[one] ?? []).map((text) => [text, one] as const));
  return {
    ...{ run, state, absent, reason, duration, exitCode: written['exit-code'], states: new Map(pairs) },
    times,
    item: item && { items: item.items ?? [], id: item.id },
  };
}

function removeOf({ list, run }: NonNullable<SiteFields['remove']>): CommandSite['remove'] {
  return { run, list: list && { ...list, items: list.items ?? [] } };
}

function wrapOf(written: SiteFields['wrap'] = {}): CommandSite['wrap'] {
  const { env = false, outputs, timeout = false } = written;
  return { trailer: written['exit-code'] ?? false, timeout, env, outputs };
}

function listingOf(written: NonNullable<SiteFields['list']>): Listing {
  if ('pattern' in written) return { kind: 'lines', pattern: written.pattern };
  const { id, items = '', name } = written;
  return { kind: 'json', items: pathOf(items), name: pathOf(name), id: pathOf(id) };
}

function mapOf<K extends string, V>(written: Readonly<Partial<Record<K, V>>> | undefined): ReadonlyMap<K, V> {
  return new Map(Object.entries(written ?? {}) as [K, V][]);
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
