import { expect, it } from '@jest/globals';
import { minifySync } from '@swc/core';
import { compileOnce } from '../../scripts/compile-once.mjs';

const CHUNK = `export const id = 7;
export const modules = {

/***/ 12:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.d(__webpack_exports__, { a: () => (/* binding */ a) });
const a = (word) => word + 1;

/***/ }),

/***/ 34:
/***/ (function(module) {

this.b = module.exports = 2;

/***/ })

};
`;

const OPTIONS = { module: true, compress: { passes: 2 }, mangle: true } as const;

it('leaves each module of a chunk in parentheses, as a function expression', () => {
  const text = compileOnce(CHUNK, (whole: string) => minifySync(whole, OPTIONS).code);

  expect(text).toMatch(/12:\(function\(\w,\w,\w\)\{/);
  expect(text).toMatch(/34:\(function\(\w\)\{this\.b=/);
  expect(text).not.toContain('compileOnce');
});

it('leaves what is no chunk as it is', () => {
  expect(compileOnce('run((a) => {\n});\n', (whole: string) => whole)).toBe('run((a) => {\n});\n');
});
