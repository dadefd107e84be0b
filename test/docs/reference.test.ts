import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ACTION_INPUTS } from '../../src/host/inputs/action.ts';
import { parseArguments } from '../../src/host/inputs/command-line.ts';
import { fieldTables } from '../../src/jobspec/reference/tables.ts';
import { ACTION_OUTPUTS } from '../../src/report/outputs.ts';
import { filesOf, ROOT, read } from './repository.ts';

interface ActionFile {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

interface WriteDocs {
  renewTables(markdown: string, read: (file: string) => string): string;
  renewTable(markdown: string, name: string, makeTable: () => string): string;
  missingTables(pages: readonly string[]): readonly string[];
}

const action: ActionFile = parse(read('action.yml'));
const writer = join(ROOT, 'scripts/write-docs.mjs');

describe('the interface of the action', () => {
  it('has in action.yml what is read and written', () => {
    expect(Object.keys(action.inputs)).toEqual([...ACTION_INPUTS]);
    expect(Object.keys(action.outputs)).toEqual([...ACTION_OUTPUTS]);
  });

  it.each([...ACTION_INPUTS, ...ACTION_OUTPUTS])('documents "%s" in the README', (name) => {
    expect(read('README.md')).toMatch(new RegExp(`^\\| \`${name}\` \\| .* \\|$`, 'm'));
  });
});

describe('the tables of inputs and outputs', () => {
  it('are what action.yml and the workflow say', () => {
    const { status, stderr } = spawnSync(process.execPath, [writer, '--check'], { encoding: 'utf8' });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('are written between their markers, and the rest stays', async () => {
    const { renewTables } = await writeDocs();
    const yaml = 'outputs:\n  digest:\n    description: A | in two\n      lines\n';

    const text = renewTables(
      'before\n<!-- action outputs -->\nold\n<!-- /action outputs -->\nafter\n',
      () => yaml,
    );

    const table = '| Name | Description |\n| --- | --- |\n| `digest` | A \\| in two lines |';
    expect(text).toBe(`before\n<!-- action outputs -->\n${table}\n<!-- /action outputs -->\nafter\n`);
  });

  it('are missed when no page has their markers', async () => {
    const { missingTables } = await writeDocs();
    const markers = (name: string): string => `<!-- ${name} --><!-- /${name} -->`;

    const missing = missingTables([markers('action inputs'), markers('workflow inputs')]);

    expect(missing).toContain('action outputs');
    expect(missing).not.toContain('workflow inputs');
  });

  it('need a description of each input', async () => {
    const { renewTables } = await writeDocs();
    const markdown = '<!-- action inputs --><!-- /action inputs -->';

    const renew = (): string => renewTables(markdown, () => 'inputs:\n  spec:\n    default: x\n');

    expect(renew).toThrow('action.yml: "spec" has no description');
  });
});

describe('the reference of the spec', () => {
  it('has the tables that the rows of the fields give', async () => {
    const { renewTable } = await writeDocs();
    const written = read('docs/spec.md');

    const renewed = [...fieldTables()].reduce(
      (text, [name, table]) => renewTable(text, name, () => table),
      written,
    );

    expect(written).toBe(renewed);
    for (const name of fieldTables().keys()) expect(written).toContain(`<!-- ${name} -->`);
  });
});

describe('the page of the command line', () => {
  const page = read('docs/command-line.md');

  it('has every command', async () => {
    for (const name of await commands()) expect(page).toMatch(new RegExp(`^jobimg ${name} `, 'm'));
  });

  it('has every option, and no other', async () => {
    const helps = await Promise.all((await commands()).map((name) => helpOf(name)));
    const options = new Set(
      helps
        .flatMap((help) => [...help.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)])
        .flatMap(([, flags = '']) => flags.split(', ')),
    );

    const documented = [...page.matchAll(/^\| (`-.*?`) \|/gm)].flatMap(([, cell = '']) =>
      cell.split(', ').map((flag) => flag.replaceAll('`', '')),
    );
    expect(new Set(documented)).toEqual(options);
  });
});

describe('variables of the environment', () => {
  it('are on the page of operators, or on that of the spec', () => {
    const named = filesOf('src', '.ts').flatMap((file) => [...read(file).matchAll(/'(JOBIMG_[A-Z_]+)'/g)]);
    const pages = read('docs/operator.md') + read('docs/spec.md');

    const missing = named.flatMap(([, name = '']) => (new RegExp(`\`${name}\\b`).test(pages) ? [] : [name]));

    expect(missing.filter((name) => !OF_ITS_BUILDER.has(name))).toEqual([]);
  });
});

/** Marks of the container of the builder that is made: nobody sets them. */
const OF_ITS_BUILDER = new Set(['JOBIMG_BUILDKIT', 'JOBIMG_SETTINGS']);

async function commands(): Promise<readonly string[]> {
  const [, list = ''] = (await helpOf()).split('A job and its image:\n');
  return [...list.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
}

async function helpOf(...words: readonly string[]): Promise<string> {
  let help = '';
  const write = (text: string): void => {
    help += text;
  };
  await parseArguments([...words, '--help'], { cwd: '/', env: {}, version: '0.0.0', write });
  return help;
}

async function writeDocs(): Promise<WriteDocs> {
  return import(pathToFileURL(writer).href);
}
