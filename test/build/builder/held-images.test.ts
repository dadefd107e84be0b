import { describe, expect, it } from '@jest/globals';
import { readHeld } from '../../../src/build/builder/held-images.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

/** As buildx 0.29 prints it. */
const SAID = `ID:           zu6aoj2jl9es61oc9p354h4n6
Parents:
 - jqge7gr440vu9bz4nv94cyer8
Mutable:      false
Size:         191.4MB
Description:  pulled from docker.io/library/python:3.13@${A}
Usage count:  1
Type:         regular

ID:           jqge7gr440vu9bz4nv94cyer8
Description:  mount / from exec /bin/sh -c echo pulled from docker.io/library/python@${B}
Type:         regular

Shared:		194.5MB
Total:		244.8MB
`;

describe('the images that a builder has fetched', () => {
  it('are those it says it pulled, and none that a step only names', () => {
    expect([...readHeld(SAID)]).toEqual([A]);
  });

  it('are none where it has nothing', () => {
    expect([...readHeld('Reclaimable:\t0B\nTotal:\t\t0B\n')]).toEqual([]);
  });
});
