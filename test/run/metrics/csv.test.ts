import { describe, expect, it } from '@jest/globals';
import { readMetrics } from './read.ts';

type Values = Record<string, number[]>;

describe('a table of metrics', () => {
  it.each<[string, string, Values]>([
    [
      'quotes where they are needed',
      'step,"loss, train"\n1,0.5\n2,\n3,0.25\r\n',
      { step: [1, 2, 3], 'loss, train': [0.5, 0.25] },
    ],
    [
      'a byte order mark and quotes around everything',
      '\ufeff"epoch","loss"\r\n"1","0.5"\r\n"2","0.25"\r\n',
      { epoch: [1, 2], loss: [0.5, 0.25] },
    ],
    [
      'a quote inside a cell',
      'step,loss,note\n1,0.5,ok\n2,0.4,screen 5" wide\n3,0.3,ok\n',
      { step: [1, 2, 3], loss: [0.5, 0.4, 0.3] },
    ],
    ['quotes twice', 'note,loss\n"say ""hi"", then",0.5\n', { loss: [0.5] }],
    [
      'a quote that begins a cell',
      'step,note,loss\n1,"oops,0.4\n2,ok,0.3\n3,"oops,0.2\n',
      { step: [1, 2, 3], loss: [0.4, 0.3, 0.2] },
    ],
    [
      'a quote that begins the last row',
      'step,note,loss\n1,ok,0.4\n2,"oops,0.3\n',
      { step: [1, 2], loss: [0.4, 0.3] },
    ],
    [
      'a cell of several lines',
      'step,note,loss\n1,"a, b\nc\n",0.4\n2,ok,0.3\n',
      { step: [1, 2], loss: [0.4, 0.3] },
    ],
    [
      'blanks behind commas',
      'step, "loss", acc\n1, 0.5, 0.1\n2, "0.25", 0.2\n',
      { step: [1, 2], loss: [0.5, 0.25], acc: [0.1, 0.2] },
    ],
    ['semicolons and decimal commas', 'step;loss\n1;0,5\n2;0,25\n', { step: [1, 2], loss: [0.5, 0.25] }],
    ['tabs', 'step\tloss\n1\t0.5\n', { step: [1], loss: [0.5] }],
    ['the line that spreadsheets look for', 'sep=;\nstep;loss\n1;2\n', { step: [1], loss: [2] }],
    ['lines that end in CR', 'step,loss\r1,0.5\r2,0.25\r', { step: [1, 2], loss: [0.5, 0.25] }],
    [
      'an index without a name, as pandas writes it',
      ',epoch,loss\n0,1,0.5\n1,2,0.25\n',
      { epoch: [1, 2], loss: [0.5, 0.25] },
    ],
    ['columns that pandas numbered', ',0,1\n0,5,6\n', { 0: [5], 1: [6] }],
    ['a header as NumPy writes it', '# step,loss\n1.0e+00,5.0e-01\n', { step: [1], loss: [0.5] }],
    ['a comment before the header', '# by train.py\nstep,loss\n1,0.5\n', { step: [1], loss: [0.5] }],
    [
      'cells that are empty where nothing was measured, as Lightning writes them',
      'epoch,step,train_loss,val_loss\n0,1,0.5,\n0,1,,0.6\n1,2,0.4,\n',
      { epoch: [0, 0, 1], step: [1, 1, 2], train_loss: [0.5, 0.4], val_loss: [0.6] },
    ],
    ['other words for nothing', 'a,b,c,d\n1,1,1,1\nNone,null,N/A,NA\n', { a: [1], b: [1], c: [1], d: [1] }],
    [
      'the header again, of a second start',
      'step,loss\n1,0.5\nstep,loss\n1,0.4\n',
      { step: [1, 1], loss: [0.5, 0.4] },
    ],
    [
      'a header that grows',
      'step,loss\n1,0.5\nstep,loss,acc\n2,0.4,0.9\n',
      { step: [1, 2], loss: [0.5, 0.4], acc: [0.9] },
    ],
    [
      'rows without their last cells',
      'step,loss,acc\n1,0.5,0.9\n2,0.4\n',
      { step: [1, 2], loss: [0.5, 0.4], acc: [0.9] },
    ],
    ['commas at the end', 'step,loss,\n1,0.5,\n2,0.4,,\n', { step: [1, 2], loss: [0.5, 0.4] }],
    ['no end of its last line', 'step,loss\n1,0.5\n2,0.4', { step: [1, 2], loss: [0.5, 0.4] }],
    ['texts in a column of their own', 'phase,loss\ntrain,0.5\nval,0.4\n', { loss: [0.5, 0.4] }],
  ])('is read with %s', (_, text, expected) => {
    for (const piece of [1, 7, 64 * 1024]) {
      const { values, findings } = readMetrics(text, 'log.csv', piece);

      expect(values).toEqual(expected);
      expect(findings).toEqual([]);
    }
  });

  it('ends in what stands in its last row', () => {
    const { values, told } = readMetrics('step,loss\n1,0.5\n2,nan\n3,-inf\n', 'log.csv');

    expect(values).toEqual({ step: [1, 2, 3], loss: [0.5, Number.NaN, Number.NEGATIVE_INFINITY] });
    expect(told).toEqual([
      'the last value of "loss" in the metrics file "log.csv" is not a finite number: in JSON it is null',
    ]);
  });

  it.each<[string, string, Values, string]>([
    [
      'a row with more cells than the header',
      'step,loss\n1,0,5\n2,0.4\n',
      { step: [2], loss: [0.4] },
      'line 2: it has 3 cells, and the header has 2',
    ],
    [
      'several of them',
      'a,b\n1,2,3\n1,2,3\n1,2,3\n1,2\n',
      { a: [1], b: [2] },
      'line 2: it has 3 cells, and the header has 2; and 2 more',
    ],
    [
      'a last row that was cut',
      'step,loss\n1,0.5\n2',
      { step: [1], loss: [0.5] },
      'line 3: it is incomplete',
    ],
    [
      'a quote that hides where its row ends',
      'note,loss\n"a,b,0.5\nok,0.4\n',
      { loss: [0.4] },
      'line 2: a quote is opened in it and not closed',
    ],
    [
      'a number that is none',
      'step,loss\n1,0.5\n2,oops\n3,"tensor(0.1)"\n',
      { step: [1, 2, 3], loss: [0.5] },
      'in the column "loss" line 3 has "oops", which is not a number, and 1 more like it',
    ],
    [
      'what another program printed',
      'step,loss\n1,0.5\nsaved a checkpoint\n2,0.4\n',
      { step: [1, 2], loss: [0.5, 0.4] },
      'in the column "step" line 3 has "saved a checkpoint", which is not a number',
    ],
  ])('loses nothing but %s, and says so', (_, text, expected, why) => {
    const { values, told } = readMetrics(text, 'log.csv');

    expect(values).toEqual(expected);
    expect(told).toEqual([`the metrics file "log.csv" was not read completely: ${why}`]);
  });

  it.each([
    [
      'no header',
      '1,0.5\n2,0.4\n',
      ': line 1: it has numbers, and no line before it has their names; and 1 more',
    ],
    ['no row', 'step,loss\n', ''],
    ['no number', 'a,b\nx,y\n', ''],
  ])('with %s is told', (_, text, why) => {
    expect(readMetrics(text, 'log.csv')).toMatchObject({
      values: {},
      told: [`no number was read from the metrics file "log.csv"${why}`],
    });
  });

  it('in which every row opens a quote is given up line by line', () => {
    const rows = '"a,b,1\n'.repeat(50_000);

    const { values, told } = readMetrics(`note,loss\n${rows}ok,0.5\n`, 'log.csv');

    expect(values).toEqual({ loss: [0.5] });
    expect(told[0]).toMatch(/line 2: a quote is opened in it and not closed; and 49999 more$/);
  });

  it('with a line of 17 MiB is read without it', () => {
    const { values, told } = readMetrics(`step,loss\n1,${'x'.repeat(17 * 1024 ** 2)}\n2,0.5\n`, 'log.csv');

    expect(values).toEqual({ step: [2], loss: [0.5] });
    expect(told[0]).toMatch(/line 2: it is longer than 16 Mi characters$/);
  });
});
