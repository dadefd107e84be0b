/** The code of the finding for a base that nothing is known of, because it is behind a login that is not used. */
export const BASE_DENIED = 'base-denied';
