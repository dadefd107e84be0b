import { describe, expect, it } from '@jest/globals';
import { parseReference } from '../../../src/oci/reference.ts';
import { isSince } from '../../../src/recipe/dockerfile/frontend.ts';

const DIGEST = `@sha256:${'a'.repeat(64)}`;

describe('whether a frontend is of 1.10 or newer', () => {
  it.each([
    [true, ''],
    [true, ':1'],
    [true, ':1-labs'],
    [true, ':latest'],
    [true, ':labs'],
    [true, ':master-labs'],
    [true, ':1.10'],
    [true, ':1.20.1-labs'],
    [true, ':2.0'],
    [true, `:1.12${DIGEST}`],
    [false, ':1.9'],
    [false, ':1.0-experimental'],
    [false, `:1.2.1${DIGEST}`],
    [undefined, DIGEST],
    [undefined, `:1${DIGEST}`],
    [undefined, ':experimental'],
    [undefined, ':pr-123'],
  ])('is %s for "%s"', (known, tag) => {
    expect(isSince(parseReference(`docker/dockerfile${tag}`), [1, 10])).toBe(known);
  });
});
