import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { convertCall } from '../../../src/entries/commands/convert.ts';
import type { Finding } from '../../../src/errors.ts';
import type { ConvertCall } from '../../../src/host/inputs/call.ts';
import { parseArguments } from '../../../src/host/inputs/command-line.ts';

const FLOW = `from metaflow import FlowSpec, step
class F(FlowSpec):
    @step
    def start(self): ...
`;

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'jobimg-convert-'));
  writeFileSync(join(cwd, 'f.py'), FLOW);
});

afterEach(() => rmSync(cwd, { recursive: true }));

/** The words behind `jobimg`, as a shell gives them. */
async function run(...words: readonly string[]) {
  const call = await parseArguments(['convert', ...words], {
    cwd,
    env: {},
    version: '0',
    write: () => undefined,
  });
  if (call?.command !== 'convert') throw new Error('another command');
  return await result(call);
}

async function result(call: ConvertCall) {
  const findings: Finding[] = [];
  const lines: string[] = [];
  let stdout = '';
  const code = await convertCall(call, {
    cwd,
    terminal: { finding: (one) => void findings.push(one), info: (line) => void lines.push(line) },
    write: (text) => {
      stdout += text;
    },
  });
  return { code, stdout, findings, lines };
}

describe('jobimg convert', () => {
  it('writes to stdout, and tells what is left out', async () => {
    const { code, stdout, findings } = await run('f.py');

    expect(code).toBe(0);
    expect(stdout).toContain('run: python f.py run\n');
    expect(findings.map(({ level }) => level)).toEqual(['warning']);
  });

  it('writes a file, and replaces none that is there', async () => {
    const first = await run('f.py', '--output', 'jobimg.yml');
    const second = run('f.py', '-o', 'jobimg.yml');

    await expect(second).rejects.toThrow('"jobimg.yml" exists already');
    expect(first.stdout).toBe('');
    expect(first.lines).toEqual(['wrote jobimg.yml']);
    expect((await run('f.py', '-o', 'jobimg.yml', '--force')).code).toBe(0);
    expect(readFileSync(join(cwd, 'jobimg.yml'), 'utf8')).toContain('python f.py run');
  });

  it('follows no link that a commit has in its place', async () => {
    writeFileSync(join(cwd, 'elsewhere'), 'mine');
    symlinkSync(join(cwd, 'elsewhere'), join(cwd, 'jobimg.yml'));

    await expect(run('f.py', '-o', 'jobimg.yml', '--force')).rejects.toThrow('is a link');
    expect(readFileSync(join(cwd, 'elsewhere'), 'utf8')).toBe('mine');
  });

  it('passes over none of several files', async () => {
    writeFileSync(join(cwd, 'run.yaml'), 'parameters: {}\n');

    await expect(run('run.yaml', 'f.py')).rejects.toThrow('"run.yaml" and "f.py" are files, and one');
  });

  it('reads a command line, as one text or in words', async () => {
    const line = await run("cl run 'x y' --request-network");
    const words = await run('--', 'cl', 'run', 'x y', '--request-network');
    const flow = await run('python f.py run --with kubernetes:gpu=2');

    expect(line.stdout).toBe('run: x y\n');
    expect(words.stdout).toBe('run: x y\n');
    expect(flow.stdout).toContain('gpu: 2\n');
  });

  it('says what it cannot read', async () => {
    await expect(run('nothing.py')).rejects.toThrow('"nothing.py" does not exist');
    await expect(run('make all')).rejects.toThrow('"command line" is nothing that can be converted');
    writeFileSync(join(cwd, 'x.txt'), 'hello');
    await expect(run('x.txt')).rejects.toThrow('"x.txt" is nothing that can be converted');
  });
});
