import type { ReadingRules } from '../../../../inputs/reading.ts';
import { pythonText } from '../../python/python-text.ts';
import { evaluate, type Scope } from './evaluate.ts';
import { parseExpression } from './expression.ts';
import { TemplateError } from './template-error.ts';

/** Also what Linux takes as one argument. */
const MAX_LENGTH = 128 * 1024;
const MAX_PLACEHOLDERS = 500;
/** As many as are reported of a file; the rest is reported when these are fixed. */
const MOST_PROBLEMS = 50;

/** `{{ expression }}`, `{% statement %}` and `{# comment #}`; a dash at an end takes the blanks beyond it. */
const TOKEN = /\{\{[\s\S]{0,1000}?\}\}|\{%[\s\S]{0,1000}?%\}|\{#[\s\S]{0,1000}?#\}|\{\{|\{%|\{#/g;

/** What names stand for, and whether one that is not known is an empty text. */
export interface Rendering extends Pick<Scope, 'names'> {
  readonly undefinedNames: ReadingRules['undefinedNames'];
}

export interface Problem {
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly isOfOtherRun: boolean;
  /** Where in the text. */
  readonly offset: number;
}

/** The text with its placeholders filled in as plain text, and all that is wrong with them. */
export function renderText(
  text: string,
  rendering: Rendering,
): { readonly text: string; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let rendered = '';
  let end = 0;
  let count = 0;
  // One by one: what comes behind too many of them is not even looked for.
  for (const { 0: token, index: offset } of text.matchAll(TOKEN)) {
    count += 1;
    const before = text.slice(end, offset);
    rendered += /^\{[{%#]-/.test(token) ? before.trimEnd() : before;
    end = offset + token.length + (/-[}%#]\}$/.test(token) ? blanksAt(text, offset + token.length) : 0);
    const value = attempt(token, rendering, (problem) => problems.push({ ...problem, offset }));
    rendered += value;
    if (problems.length >= MOST_PROBLEMS) return { text: '', problems };
    const excess = excessOf(rendered, count);
    if (excess !== undefined)
      return {
        text: '',
        problems: [...problems, { level: 'error', message: excess, isOfOtherRun: false, offset }],
      };
  }
  return { text: rendered + text.slice(end), problems };
}

function attempt(
  token: string,
  { names, undefinedNames }: Rendering,
  report: (problem: Omit<Problem, 'offset'>) => void,
): string {
  const add = (level: Problem['level'], error: TemplateError): void =>
    report({
      level,
      message: messageFor(token, error),
      hint: error.hint,
      isOfOtherRun: error.isOfOtherRun,
    });
  try {
    const tolerate = (error: TemplateError): void => add('warning', error);
    return contentOf(token, { names, ...(undefinedNames === 'empty' ? { tolerate } : {}) });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    add('error', error);
    return '';
  }
}

function excessOf(rendered: string, count: number): string | undefined {
  if (rendered.length > MAX_LENGTH) return 'the text becomes longer than 128 KiB';
  return count > MAX_PLACEHOLDERS ? `a text has more than ${MAX_PLACEHOLDERS} placeholders` : undefined;
}

function blanksAt(text: string, from: number): number {
  const after = text.slice(from);
  return after.length - after.trimStart().length;
}

const CLOSING: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}', '{#': '#}' };

function contentOf(token: string, scope: Scope): string {
  const closing = CLOSING[token];
  if (closing !== undefined) throw new TemplateError(`it is not closed by "${closing}"`);
  if (token.startsWith('{#')) return '';
  if (token.startsWith('{%')) {
    throw new TemplateError(
      'statements are not supported',
      'write {{ a if b else c }}, or one file per case',
    );
  }
  refuseOtherRun(token);
  const expression = parseExpression(token.slice(2, -2).replace(/^-|-$/g, ''));
  return pythonText(evaluate(expression, scope));
}

/** `jobs.1.outputs.x`: what another run of Polyaxon left. */
const OTHER_RUN =
  /^\{\{-?\s*(?:jobs|experiments|groups|builds|notebooks|runs|ops|dag)\.[\w.-]*?(\w+)\s*[|}-]/;

function refuseOtherRun(token: string): void {
  const [, name = ''] = OTHER_RUN.exec(token) ?? [];
  if (name === '') return;
  throw new TemplateError(
    'it is of another run of Polyaxon, which is not known here',
    `name a param in its place, params: { ${name}: … }, and give its value with --param ${name}=…`,
    true,
  );
}

function messageFor(token: string, { message }: TemplateError): string {
  const shown = token.length > 60 ? `${token.slice(0, 50)}…` : token;
  return `"${shown.replace(/\s+/g, ' ')}": ${message}`;
}
