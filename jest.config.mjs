import { availableParallelism } from 'node:os';

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.py', '.yml', '.css'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'ts', 'json', 'node', 'py', 'yml', 'css'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
    '^.+\\.(?:py|yml|css|browser\\.js)$': '<rootDir>/scripts/text-module.mjs',
    '/node_modules/uplot/': '<rootDir>/scripts/text-module.mjs',
    '/node_modules/@actions/(?:languageservice|workflow-parser)/.+\\.js$':
      '<rootDir>/scripts/json-imports.mjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!uplot/|@actions/(?:languageservice|workflow-parser)/)'],
  // No test is about time: this only ends one that hangs, on a machine that may be five times slower for a while.
  testTimeout: 900_000,
  // Most of an end-to-end test is waiting for an engine, so that two more than there are cores have something to do.
  maxWorkers: availableParallelism() + 2,
  // A worker has nothing open at its end, but frees some hundred megabytes first, which is slow on a busy machine.
  workerGracefulExitTimeout: 20_000,
  testSequencer: '<rootDir>/scripts/test-sequence.mjs',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/build', '<rootDir>/coverage'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
