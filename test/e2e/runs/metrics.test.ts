import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';

describe('what a job wrote for metrics', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'metrics', auth: 'none' });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  async function runOf(program: string, metrics: string): Promise<Ended> {
    const spec = `run: python make.py\nimage: ${parts.python?.reference}\nmetrics: ${metrics}\n`;
    await using repository = await repositoryWith({ files: { 'jobimg.yml': spec, 'make.py': program } });
    const words = ['run', '--registry', 'none', '--defaults', parts.defaults, '--json'];
    return await jobimg(words, { cwd: repository.folder, env: parts.env });
  }

  it.each([
    [
      'a table of a spreadsheet, with a stray quote',
      'log.csv',
      String.raw`open("log.csv", "wb").write(b'\xef\xbb\xbf"step","loss","note"\r\n"1","0.5","ok"\r\n2,0.4,screen 5" wide\r\n3,0.3,"ok\r\n')`,
      { step: 3, loss: 0.3 },
    ],
    [
      'a table as Python writes it',
      'runs/log.csv',
      `import csv, math, os
os.makedirs("runs")
with open("runs/log.csv", "w", newline="") as file:
    rows = csv.DictWriter(file, ["epoch", "loss", "note"])
    rows.writeheader()
    rows.writerow({"epoch": 0, "loss": 0.5, "note": 'a "quoted", long\\nnote'})
    rows.writerow({"epoch": 1, "loss": 0.25})
    rows.writerow({"epoch": 2, "loss": math.nan})`,
      { epoch: 2, loss: null },
    ],
    [
      'JSON as Python writes it, in UTF-16',
      'metrics.json',
      `import json
open("metrics.json", "w", encoding="utf-16").write(json.dumps({"loss": 0.5, "best": {"epoch": 3}}, indent=2))`,
      { loss: 0.5, 'best.epoch': 3 },
    ],
  ])('is read to its end: %s', async (_, path, program, metrics) => {
    const ended = await runOf(program, path);

    expect(ended.code).toBe(0);
    expect(onlyJob(ended).runs[0]?.metrics).toEqual(metrics);
    expect(ended.json.findings.filter(({ level }) => level === 'warning')).toEqual([]);
  });

  it('is named with the line where it cannot be read', async () => {
    const ended = await runOf(
      'open("log.jsonl", "w").write(\'{"loss": 2}\\n{"lo\\n{"loss": 1}\\n\')',
      'log.jsonl',
    );

    expect(onlyJob(ended).runs[0]?.metrics).toEqual({ loss: 1 });
    expect(ended.stderr).toMatch(
      /^jobimg\.yml:3:\d+: warning: the metrics file "log\.jsonl" was not read completely: line 2: it is incomplete$/m,
    );
  });

  it('is named when it is not where the spec says', async () => {
    const ended = await runOf(
      'import os; os.makedirs("outputs", exist_ok=True); open("outputs/train.json", "w").write("{}")',
      'metrics/train.json',
    );

    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(
      /^jobimg\.yml:3:\d+: warning: the job left no metrics file "metrics\/train\.json"\n +→ there are "outputs\/train\.json";/m,
    );
  });

  it('may be a log of ten megabytes in one line, and of many lines', async () => {
    const program = `import sys
sys.stdout.write("x" * 10_000_000 + "END\\n")
for step in range(100_000): sys.stdout.write(f"step {step} loss={1 / (step + 1)}\\n")`;

    const ended = await runOf(program, '{ stdout: "loss=(?<loss>[-0-9.e]+)" }');

    expect(onlyJob(ended).runs[0]?.metrics).toEqual({ loss: 1e-5 });
    expect(ended.stderr).not.toContain('Warning');
  });
});
