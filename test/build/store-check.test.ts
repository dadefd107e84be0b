import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hasClassicStore, usesEngineBuilder } from '../../src/build/store-check.ts';

describe('hasClassicStore', () => {
  it.each([
    [{ DriverStatus: [['Backing Filesystem', 'extfs']] }, true],
    [{ DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] }, false],
    [{}, false],
  ])('says of %j: %s', (info, classic) => {
    expect(hasClassicStore(info)).toBe(classic);
  });
});

describe('usesEngineBuilder', () => {
  it.each([
    [undefined, {}, true],
    ['default', {}, true],
    ['remote', {}, false],
    [undefined, { BUILDX_BUILDER: 'remote' }, false],
    [undefined, { BUILDX_BUILDER: 'default' }, true],
  ])('with the builder %j and %j: %s', async (builder, env, engine) => {
    expect(await usesEngineBuilder(builder, { BUILDX_CONFIG: '/nonexistent', ...env })).toBe(engine);
  });

  it.each([
    ['{"Key":"unix:///x","Name":"","Global":false}', true],
    ['{"Key":"unix:///x","Name":"mine","Global":false}', false],
    ['{', false],
  ])('reads what `buildx use` chose: %s', async (current, engine) => {
    const config = await mkdtemp(join(tmpdir(), 'jobimg-'));
    await writeFile(join(config, 'current'), current);

    expect(await usesEngineBuilder(undefined, { BUILDX_CONFIG: config })).toBe(engine);
  });
});
