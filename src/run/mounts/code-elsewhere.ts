/** What to write where machines see no files of this one; an image that is used as it is takes no layer. */
export const CODE_ELSEWHERE =
  'write "code: layer", with "image: { base: … }" where the image is used as it is; or "code: none"';
