/** What a command is started with whose long waits are over soon: a program for `--import`. */
export const SHORT = `data:text/javascript,${encodeURIComponent(
  'const wait = globalThis.setTimeout; globalThis.setTimeout = (f, ms, ...more) => wait(f, ms >= 60_000 ? 300 : ms, ...more)',
)}`
