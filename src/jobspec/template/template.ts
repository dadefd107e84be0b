import { type Location, UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { Placeholder, Template } from '../job/placeholder.ts';
import { parseOutputPath } from '../values/paths.ts';
import { suggestion } from '../values/suggest.ts';
import type { ShellLexer } from './shell-place.ts';
import { quoteFor } from './shell-quote.ts';

/** Also what Linux takes as one argument. */
const MAX_LENGTH = 128 * 1024;

/** More than any text needs; each is looked up and placed. */
const MAX_PLACEHOLDERS = 500;

/** `${{ … }}` is GitHub's, `{{ '{{' }}` is the two braces themselves, and the rest is ours. */
const TOKEN = /\$\{\{[\s\S]{0,500}?\}\}|\{\{\s*(['"])\{\{\1\s*\}\}|\{\{([^{}]*)\}\}|\$?\{\{/g;
const NAME = /^\s*(raw\.)?([A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)?)\s*$/;

/** A quoted text that another shell reads once more. */
const INNER_SHELL =
  /(?:\b(?:ba|da|k|z)?sh\s+(?:-\w+\s+){0,3}-\w*c|\beval|\bssh\s[^'"\n]{1,200})\s+["'][^"']{0,300}$/;

export const RUN_NAMES = ['run.id', 'run.attempt', 'job.name', 'image.digest', 'gpu.count'] as const;

export interface TemplateContext {
  /** Every name that may stand in a placeholder. */
  readonly known: ReadonlySet<string>;
  /** Names that are secrets, which never stand in a text. */
  readonly secrets: ReadonlySet<string>;
  /** The place of a character of the text. */
  readonly locate: (offset: number) => Location;
  readonly findings: Findings;
  /** The shell that reads the text, gone through from its beginning; undefined when no shell does. */
  readonly shell?: ShellLexer | undefined;
}

/** Parses `{{ name }}` and reports each placeholder that is unknown or stands where it cannot be quoted. */
export function parseTemplate(text: string, context: TemplateContext): Template {
  const parts: (string | Placeholder)[] = [];
  let literal = '';
  let end = 0;
  const take = (piece: string): void => {
    literal += piece;
    context.shell?.feed(piece);
  };
  let count = 0;
  for (const match of text.matchAll(TOKEN)) {
    count += 1;
    if (count > MAX_PLACEHOLDERS) return tooMany(context);
    take(text.slice(end, match.index));
    end = match.index + match[0].length;
    const piece = readToken(match, context);
    if (typeof piece === 'string') take(piece);
    else {
      parts.push(literal, piece);
      literal = '';
    }
  }
  take(text.slice(end));
  return [...parts, literal].filter((part) => part !== '');
}

function tooMany({ findings, locate }: TemplateContext): Template {
  const hint = 'read the values from JOBIMG_PARAMS in the script';
  findings.error('template', `a text has more than ${MAX_PLACEHOLDERS} placeholders`, {
    hint,
    at: locate(0),
  });
  return [];
}

function readToken(match: RegExpExecArray, context: TemplateContext): string | Placeholder {
  const [token, quote, inside] = match;
  if (quote !== undefined) return '{{';
  if (token.startsWith('${{') && token !== '${{') return token;
  const location = context.locate(match.index);
  const [, raw, name] = NAME.exec(inside ?? '') ?? [];
  if (name === undefined) {
    refuseUnreadable(token, location, context);
    return token;
  }
  checkName(name, location, context);
  const placeholder = { name, raw: raw !== undefined, location };
  const before = match.input.slice(Math.max(0, match.index - 600), match.index);
  return raw === undefined ? withQuote(placeholder, before, context) : skip(placeholder, context);
}

function skip(placeholder: Placeholder, context: TemplateContext): Placeholder {
  context.shell?.skip();
  return placeholder;
}

function withQuote(placeholder: Placeholder, before: string, context: TemplateContext): Placeholder {
  const place = context.shell?.place();
  context.shell?.skip();
  if (place === undefined) return placeholder;
  const { name, location } = placeholder;
  if (place.quote !== undefined) {
    if (place.quote !== 'none' && INNER_SHELL.test(before)) warnOfInnerShell(placeholder, context);
    return { ...placeholder, quote: place.quote };
  }
  const message = `"{{ ${name} }}" is ${place.where}, where its value cannot be quoted safely`;
  context.findings.error('template-place', message, {
    hint: `give it to the run as a variable (env: { VALUE: "{{ ${name} }}" }) and write "$VALUE" here, or write {{ raw.${name} }} to put it in as it is`,
    at: location,
  });
  return placeholder;
}

function warnOfInnerShell({ name, location }: Placeholder, { findings }: TemplateContext): void {
  const message = `"{{ ${name} }}" is quoted for this shell, and another one reads the text again`;
  findings.warning('template-inner-shell', message, {
    hint: `give it as a variable (env: { VALUE: "{{ ${name} }}" }) and write "$VALUE" in the inner text`,
    at: location,
  });
}

function checkName(name: string, location: Location, context: TemplateContext): void {
  if (context.known.has(name)) return;
  const variable = name.replace(/^env\./, '');
  const isSecret = context.secrets.has(variable);
  const message = isSecret
    ? `"{{ ${name} }}" would put a secret into a text`
    : `"{{ ${name} }}" is not known`;
  context.findings.error('template-name', message, {
    hint: isSecret ? `read the variable in the script: "$${variable}"` : suggestion(name, [...context.known]),
    at: location,
  });
}

function refuseUnreadable(token: string, at: Location, { findings }: TemplateContext): void {
  const hint = "write {{ name }}, or {{ '{{' }} for the braces themselves";
  findings.error('template', `"${token.slice(0, 40)}" is not a placeholder`, { hint, at });
}

/** Fills in the values: each as one shell word where a shell reads the text, else verbatim. */
export function renderTemplate(template: Template, values: ReadonlyMap<string, string>): string {
  let text = '';
  for (const [index, part] of template.entries()) {
    text += typeof part === 'string' ? part : renderPlaceholder(part, values, template[index + 1]);
    if (text.length > MAX_LENGTH)
      throw new UserError(`a text of the spec is longer than ${MAX_LENGTH / 1024} KiB`);
  }
  return text;
}

function renderPlaceholder(
  { name, raw, quote, location }: Placeholder,
  values: ReadonlyMap<string, string>,
  next: string | Placeholder | undefined,
): string {
  const value = values.get(name);
  if (value === undefined) {
    throw new UserError(`"{{ ${name} }}" has no value`, { hint: hintForMissing(name), location });
  }
  if (raw || quote === undefined) return value;
  return quoteFor(quote, value, typeof next === 'string' && /^[<>]/.test(next));
}

function hintForMissing(name: string): string {
  if (name.startsWith('env.'))
    return `set ${name.slice('env.'.length)} in the environment of the step or shell`;
  return name.includes('.') ? 'it is known once the run is planned' : `give it with --param ${name}=…`;
}

/** An output path with its values; checked again, for a value may hold a slash. */
export function renderPath(template: Template, values: ReadonlyMap<string, string>): string {
  return parseOutputPath(renderTemplate(template, values));
}

/** As a spec writes it. */
export function printTemplate(template: Template): string {
  return template
    .map((part) => (typeof part === 'string' ? part : `{{ ${part.raw ? 'raw.' : ''}${part.name} }}`))
    .join('');
}

export function placeholdersOf(template: Template): readonly Placeholder[] {
  return template.filter((part) => typeof part !== 'string');
}
