/** A program in Python that a build runs; `scripts/text-module.mjs` makes a module of it. */
declare module '*.py' {
  export const text: string;
}
