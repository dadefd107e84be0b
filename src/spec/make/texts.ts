import type { Finding, Location } from '../../errors.ts';
import { UserError } from '../../errors.ts';
import type { JobFields } from '../fields/job.ts';
import type { Job, SecretNeed, Template } from '../job.ts';
import { cycleOf } from '../template/environment.ts';
import { ShellLexer } from '../template/shell-place.ts';
import { parseTemplate, RUN_NAMES } from '../template/template.ts';
import { parseOutputPath } from '../values/paths.ts';
import { at, type MapNode, type Path, placeInText, placeOf } from '../yaml/node.ts';

type Values = Pick<Job, 'command' | 'env' | 'outputs'>;

/** The fields of a job in which placeholders may stand: what it runs, its variables and its outputs. */
export function readTexts(
  fields: JobFields,
  root: MapNode,
  secrets: readonly SecretNeed[],
): { readonly values: Values; readonly findings: readonly Finding[] } {
  const reader = new Texts(fields, root, secrets);
  const values = { command: reader.command(), env: reader.env(), outputs: reader.outputs() };
  return { values, findings: reader.findings };
}

class Texts {
  readonly findings: Finding[] = [];
  readonly #fields: JobFields;
  readonly #root: MapNode;
  readonly #known: ReadonlySet<string>;
  readonly #secrets: ReadonlySet<string>;

  constructor(fields: JobFields, root: MapNode, secrets: readonly SecretNeed[]) {
    this.#fields = fields;
    this.#root = root;
    const variables = [...(fields.env?.keys() ?? [])].map((name) => `env.${name}`);
    this.#known = new Set([...(fields.params?.keys() ?? []), ...variables, ...RUN_NAMES]);
    this.#secrets = new Set(secrets.map(({ name }) => name));
  }

  command(): Job['command'] {
    const { run, command = [], shell } = this.#fields;
    if (run !== undefined && command.length > 0) {
      const hint = 'remove one: "run" is shell text, "command" a list of arguments';
      this.#report('"run" and "command" cannot be used together', hint, this.#place(['command']));
    }
    if (run === undefined) {
      return {
        kind: 'arguments',
        words: command.map((word, index) => this.#template(word, ['command', index])),
      };
    }
    const texts = typeof run === 'string' ? [run] : run;
    this.#warnOfArguments(texts);
    const lexer = new ShellLexer();
    const lines = texts.map((text, index) => {
      const path = typeof run === 'string' ? ['run'] : ['run', index];
      const template = this.#template(text, path, lexer);
      lexer.feed('\n');
      return template;
    });
    return { kind: 'shell', shell, lines };
  }

  env(): Job['env'] {
    const env = new Map<string, Template | undefined>();
    for (const [name, value] of this.#fields.env ?? []) {
      env.set(name, value === null ? undefined : this.#template(value, ['env', name]));
    }
    const cycle = cycleOf(env);
    if (cycle !== undefined) {
      const hint = 'write the value out in one of them';
      this.#report(`env: ${cycle.join(' uses ')}`, hint, this.#place(['env', cycle[0] ?? '']));
    }
    return env;
  }

  outputs(): Job['outputs'] {
    const { outputs } = this.#fields;
    const isList = Array.isArray(outputs);
    const written = isList ? outputs : outputs.paths;
    const paths = written.map((text, index) =>
      this.#output(text, isList ? ['outputs', index] : ['outputs', 'paths', index]),
    );
    return { paths, declared: at(this.#root, ['outputs']) !== undefined };
  }

  #output(text: string, path: Path): Template {
    const isLiteral = this.#isLiteral(path);
    try {
      const [literal] = [parseOutputPath(isLiteral ? text : text.replace(/\{\{[^{}]*\}\}/g, 'x'))];
      if (isLiteral || !text.includes('{{')) return [literal];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#report(`${path.join('.')}: ${error.message}`, error.findings[0]?.hint, this.#place(path));
    }
    return this.#template(text, path);
  }

  #template(text: string, path: Path, shell?: ShellLexer): Template {
    const isLiteral = this.#isLiteral(path);
    if (text.includes('\0')) {
      // Words that no file wrote are not counted.
      const name = (isLiteral ? path.filter((key) => typeof key === 'string') : path).join('.');
      this.#report(`${name}: a NUL character`, 'no program can receive one', this.#place(path));
    }
    if (isLiteral) {
      shell?.feed(text);
      return [text];
    }
    const node = at(this.#root, path);
    const locate = (offset: number): Location =>
      node?.kind === 'text' ? placeInText(node, offset) : this.#place(path);
    const report = (finding: Finding) => this.findings.push(finding);
    return parseTemplate(text, { known: this.#known, secrets: this.#secrets, locate, report, shell });
  }

  #isLiteral(path: Path): boolean {
    const node = at(this.#root, path);
    return node?.kind === 'text' && node.literal === true;
  }

  /** Each item of a list is a command of its own; a list of single words was meant as one command. */
  #warnOfArguments(texts: readonly string[]): void {
    const [program = '', ...rest] = texts;
    const areWords = rest.length > 0 && texts.every((text) => !/\s/.test(text.trim()));
    const hasOption = rest.some((text) => text.startsWith('-') || /\.(?:py|sh|js|R)$/.test(text));
    if (!areWords || !hasOption) return;
    this.findings.push({
      level: 'warning',
      code: 'run-looks-like-arguments',
      message: `"run" is a list of ${texts.length} commands, and "${program}" is the first`,
      hint: `if it is one command write "command: [${texts.join(', ')}]"`,
      location: this.#place(['run']),
    });
  }

  #place(path: Path): Location {
    return placeOf(this.#root, path);
  }

  #report(message: string, hint: string | undefined, location: Location): void {
    this.findings.push({ level: 'error', code: 'invalid-value', message, hint, location });
  }
}
