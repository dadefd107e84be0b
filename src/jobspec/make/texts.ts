import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { JobFields } from '../fields/job.ts';
import type { Job, SecretNeed } from '../job/job.ts';
import type { Template } from '../job/placeholder.ts';
import { cycleOf } from '../template/environment.ts';
import { ShellLexer } from '../template/shell-place.ts';
import { parseTemplate, RUN_NAMES } from '../template/template.ts';
import { parseOutputPath } from '../values/paths.ts';
import { at, locationOf, type MapNode, type Path, placeInText } from '../yaml/node.ts';

type Values = Pick<Job, 'command' | 'env' | 'outputs'>;

/** The fields of a job in which placeholders may stand: what it runs, its variables and its outputs. */
export function readTexts(fields: JobFields, context: TextsContext, findings: Findings): Values {
  const reader = new Texts(fields, context, findings);
  return { command: reader.command(), env: reader.env(), outputs: reader.outputs() };
}

interface TextsContext {
  readonly root: MapNode;
  readonly secrets: readonly SecretNeed[];
}

class Texts {
  readonly #findings: Findings;
  readonly #fields: JobFields;
  readonly #root: MapNode;
  readonly #known: ReadonlySet<string>;
  readonly #secrets: ReadonlySet<string>;

  constructor(fields: JobFields, { root, secrets }: TextsContext, findings: Findings) {
    this.#findings = findings;
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
      this.#refuse('"run" and "command" cannot be used together', hint, this.#place(['command']));
    }
    this.#refuseEmpty();
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

  #refuseEmpty(): void {
    const { run, command } = this.#fields;
    const hint = 'write, for example: run: python train.py';
    if (run !== undefined && [run].flat().every((text) => text.trim() === '')) {
      this.#refuse('"run" is empty', hint, this.#place(['run']));
    }
    const [program] = command ?? [];
    if (program?.trim() === '') this.#refuse('"command" names no program', hint, this.#place(['command', 0]));
  }

  env(): Job['env'] {
    const env = new Map<string, Template | undefined>();
    for (const [name, value] of this.#fields.env ?? []) {
      env.set(name, value === null ? undefined : this.#template(value, ['env', name]));
    }
    const cycle = cycleOf(env);
    if (cycle !== undefined) {
      const hint = 'write the value out in one of them';
      this.#refuse(`env: ${cycle.join(' uses ')}`, hint, this.#place(['env', cycle[0] ?? '']));
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
    const to = isList ? undefined : outputs.to;
    const declared = at(this.#root, ['outputs']) !== undefined;
    return { paths, declared, to };
  }

  #output(text: string, path: Path): Template {
    const isLiteral = this.#isLiteral(path);
    const shown = isLiteral ? text : text.replace(/\{\{[^{}]*\}\}/g, 'x');
    const options = { code: 'invalid-value', subject: path.join('.') };
    const literal = this.#findings.attempt(this.#place(path), () => parseOutputPath(shown), options);
    if (literal !== undefined && (isLiteral || !text.includes('{{'))) return [literal];
    return this.#template(text, path);
  }

  #template(text: string, path: Path, shell?: ShellLexer): Template {
    const isLiteral = this.#isLiteral(path);
    if (text.includes('\0')) {
      // Words that no file wrote are not counted.
      const name = (isLiteral ? path.filter((key) => typeof key === 'string') : path).join('.');
      this.#refuse(`${name}: a NUL character`, 'no program can receive one', this.#place(path));
    }
    if (isLiteral) {
      shell?.feed(text);
      return [text];
    }
    const node = at(this.#root, path);
    const locate = (offset: number): Location =>
      node?.kind === 'text' ? placeInText(node, offset) : this.#place(path);
    const [known, secrets, findings] = [this.#known, this.#secrets, this.#findings];
    return parseTemplate(text, { known, secrets, locate, findings, shell });
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
    const message = `"run" is a list of ${texts.length} commands, and "${program}" is the first`;
    this.#findings.warning('run-looks-like-arguments', message, {
      hint: `if it is one command write "command: [${texts.join(', ')}]"`,
      at: this.#place(['run']),
    });
  }

  #place(path: Path): Location {
    return locationOf(this.#root, path);
  }

  #refuse(message: string, hint: string, at: Location): void {
    this.#findings.error('invalid-value', message, { hint, at });
  }
}
