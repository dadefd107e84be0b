import { describe, expect, it } from '@jest/globals';
import { hasClassicStore } from '../../../src/build/failure/classic-store.ts';

describe('hasClassicStore', () => {
  it.each([
    [{ DriverStatus: [['Backing Filesystem', 'extfs']] }, true],
    [{ DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }, false],
    [{}, false],
  ])('says of %j: %s', (info, classic) => {
    expect(hasClassicStore(info)).toBe(classic);
  });
});
