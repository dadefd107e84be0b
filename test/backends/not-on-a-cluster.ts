/** What no cluster can show, whatever backend speaks to it. */
export const NOT_ON_A_CLUSTER = {
  'tells stdout and stderr apart, and how it ended': 'the log of a container is one stream there',
  'keeps long lines whole, and the end without a newline': 'a node ends every line of a log with a newline',
};
