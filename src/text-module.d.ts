/** A program in Python that a build runs; `scripts/text-module.mjs` makes a module of it. */
declare module '*.py' {
  export const text: string;
}

/** The description of a place that we bring along. */
declare module '*.yml' {
  export const text: string;
}

/** Parts of a page, and of the library that draws in it. */
declare module '*.css' {
  export const text: string;
}
declare module 'uplot/LICENSE' {
  export const text: string;
}
declare module 'uplot/dist/uPlot.iife.min.js' {
  export const text: string;
}
