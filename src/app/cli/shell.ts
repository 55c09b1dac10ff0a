/** What a person may copy into a shell. */

/** One word of a POSIX shell's. */
export const shellQuote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** Each line as a comment of a Corefile, of YAML, of a shell. */
export const comment = (lines: readonly string[]): string =>
  lines.map((line) => `# ${line}`.trimEnd()).join('\n')
