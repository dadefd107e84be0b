import { describe, expect, it } from '@jest/globals';
import { channelMirrors } from '../../../src/build/machine/channel-mirrors.ts';

describe('mirrors of channels', () => {
  it.each([
    ['mirror.example.com/conda', 'https://mirror.example.com/conda'],
    ['127.0.0.1:5000/conda', 'http://127.0.0.1:5000/conda'],
    ['localhost:5000', 'http://localhost:5000'],
    ['localhost.example.com', 'https://localhost.example.com'],
    ['127.0.0.1.example.com', 'https://127.0.0.1.example.com'],
  ])('%s is read from %s', (mirror, url) => {
    const text = channelMirrors(new Map([['conda.anaconda.org', mirror]]));

    expect(JSON.parse(text)).toEqual({ 'https://conda.anaconda.org': url });
  });
});
