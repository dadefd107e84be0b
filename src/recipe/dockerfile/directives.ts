import type { Findings } from '../../findings.ts';
import { parseReference } from '../../oci/reference.ts';
import type { OwnRecipe } from '../recipe.ts';

/** A user's own Dockerfile, line for line, in which the frontend is the one directive that is left. */
export interface Undirected {
  readonly text: string;
  /** Where its first line names the frontend, which is pinned like every other image. */
  readonly frontend?: OwnRecipe['images'][number] | undefined;
}

/**
 * Takes the parser directives out of a user's own Dockerfile: `syntax` names an image whose code would run in the builder,
 * `escape` another way to read the file. BuildKit also finds them after a byte order mark and a `#!` line, behind `//`,
 * and in a JSON object. An official frontend is named again in the first line.
 * https://docs.docker.com/reference/dockerfile/#parser-directives
 */
export function withoutDirectives(text: string, file: string, findings: Findings): Undirected {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  if (/^\s*\{/.test(lines.find((line) => line.trim() !== '') ?? '')) {
    const hint = 'write it as an ordinary Dockerfile';
    findings.error('frontend', `"${file}" begins as a JSON object`, { hint, at: { file, line: 1 } });
  }
  const directives = directivesOf(lines);
  for (const directive of directives) refuse(directive, file, findings);
  const syntax = directives.find(({ key, value }) => key === 'syntax' && isOfficial(value));

  const head = lines.findIndex((line) => !isHead(line));
  const end = head < 0 ? lines.length : head;
  const blanked = lines.map((line, index) => (index < end ? blank(line) : line));
  return syntax === undefined ? { text: blanked.join('\n') } : withFrontend(blanked, syntax, file, findings);
}

/** Comments and empty lines before the first instruction; a `//` line can only be a directive. */
function isHead(line: string): boolean {
  return /^\s*(?:#|\/\/|$)/.test(line);
}

/** More than BuildKit takes for one, in any of its releases. */
function blank(line: string): string {
  return /^\s*(?:#|\/\/)\s*(?:syntax|escape|check)\s*=|^\s*(?:\/\/|#!)/i.test(line) ? '#' : line;
}

interface Directive {
  readonly key: string;
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** https://github.com/moby/buildkit/blob/master/frontend/dockerfile/parser/directives.go */
function directivesOf(lines: readonly string[]): readonly Directive[] {
  const first = lines[0]?.startsWith('#!') ? 1 : 0;
  return ['#', '//'].flatMap((comment) => directivesBehind(comment, lines, first));
}

/** Any other comment ends them. */
function directivesBehind(comment: string, lines: readonly string[], first: number): readonly Directive[] {
  const directives: Directive[] = [];
  for (const [index, line] of lines.entries()) {
    if (index < first) continue;
    const text = line.startsWith(comment) ? line.slice(comment.length) : '';
    const [, key, value = ''] = /^\s*(syntax|escape|check)\s*=\s*(.+?)\s*$/i.exec(text) ?? [];
    if (key === undefined) break;
    directives.push({ key: key.toLowerCase(), value, line: index + 1 });
  }
  return directives;
}

function refuse({ key, value, line }: Directive, file: string, findings: Findings): void {
  const at = { file, line };
  if (key === 'syntax' && !isOfficial(value)) {
    const message = `the Dockerfile needs the frontend "${value}", which would run its code in the builder`;
    const hint = 'write docker/dockerfile:1; or build that image elsewhere and name it: image: { base: … }';
    findings.error('frontend', message, { hint, at });
  }
  if (key === 'escape' && value !== '\\') {
    const hint = 'use the backslash, and remove the directive';
    findings.error('escape', `the escape character "${value}" is not supported`, { hint, at });
  }
}

function isOfficial(value: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]\S*)?$/.test(value);
}

const SYNTAX = '# syntax=';

/** Directives stand at the top, so the first line is one of them, or a `#!`. */
function withFrontend(
  [, ...others]: readonly string[],
  { value, line }: Directive,
  file: string,
  findings: Findings,
): Undirected {
  const origin = { file, line };
  const text = [`${SYNTAX}${value}`, ...others].join('\n');
  const reference = findings.attempt(origin, () => parseReference(value));
  if (reference === undefined) return { text };
  // The builder takes the image of its own platform.
  const base = { reference, platform: 'index', origin } as const;
  return { text, frontend: { start: SYNTAX.length, end: SYNTAX.length + value.length, base } };
}
