import { describe, expect, it } from '@jest/globals';
import { type ChoiceFacts, chooseBuilder, readDriver } from '../../../src/build/builder/choice.ts';

const HOSTED: ChoiceFacts = { named: undefined, pushes: true, classicStore: true, driver: 'docker' };

describe('the builder that a build goes to', () => {
  it.each([
    ['the current one is of an engine with the classic store', HOSTED, { kind: 'own' }],
    ['there is no current one', { ...HOSTED, driver: undefined }, { kind: 'own' }],
    [
      'the current one stands beside the engine',
      { ...HOSTED, driver: 'docker-container' },
      { kind: 'current' },
    ],
    ['nothing is pushed', { ...HOSTED, pushes: false }, { kind: 'current' }],
    ['the engine has the containerd store', { ...HOSTED, classicStore: false }, { kind: 'current' }],
    ['no engine answers', { ...HOSTED, classicStore: undefined }, { kind: 'current' }],
    ['one was named', { ...HOSTED, named: 'mine' }, { kind: 'named', name: 'mine' }],
    ["the engine's own was named", { ...HOSTED, named: 'default' }, { kind: 'none' }],
    [
      "the engine's own was named, and can push",
      { ...HOSTED, named: 'default', classicStore: false },
      { kind: 'named', name: 'default' },
    ],
  ] as const)('when %s', (_, facts, choice) => {
    expect(chooseBuilder(facts)).toEqual(choice);
  });
});

describe('the driver of a builder', () => {
  it.each([
    [
      'Name:          builder\nDriver:        docker-container\n\nNodes:\nName: builder0\n',
      'docker-container',
    ],
    ['Name: default\nDriver: docker\nLast Activity: x\n', 'docker'],
    ['', undefined],
  ])('in %j is %s', (text, driver) => {
    expect(readDriver(text)).toBe(driver);
  });
});
