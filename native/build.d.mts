/** Compiles `batch.c` to `target`, or where Meridian looks for it; throws an error that says what is missing. */
export function build(
  target?: string,
  flags?: readonly string[],
): { readonly target: string; readonly compiler: string }

/** The C compiler's command; throws when there is none. */
export function findCompiler(): string
