import { describe, expect, it } from '@jest/globals';
import { compressionLevel } from '../../../src/run/artifact/compression.ts';

const MB = 1e6;

describe('how an artifact is compressed', () => {
  it.each([
    ['a log and tables', { 'log.txt': 2 * MB, 'metrics.csv': MB }, 6],
    ['a checkpoint', { 'log.txt': 2 * MB, 'outputs/MODEL.PT': 812 * MB }, 0],
    ['a small checkpoint beside a large log', { 'log.txt': 100 * MB, 'model.safetensors': 50 * MB }, 6],
    ['gigabytes of text', { 'log.txt': 1_000 * MB, 'predictions.csv': 2_000 * MB }, 1],
    ['what has no ending', { 'outputs/dump': 3_000 * MB }, 1],
    ['empty files', { 'a.pt': 0 }, 6],
  ] as const)('%s', (_, files, level) => {
    const sized = Object.entries(files).map(([path, size]) => ({ path, size }));

    expect(compressionLevel(sized)).toBe(level);
  });
});
