const asked = process.env['RUNS']

/**
 * How often a property is tried: a tenth of `many` in `npm test`, all of them in `npm run test:long`, and as many
 * times more as the variable RUNS says.
 */
export const runs = (many: number): number => Math.ceil(many * Number(asked ?? 0.1))

/** Of values that a test is made for one after another: in `npm test` every `th`, the first included, else all. */
export const someOf = <T>(values: readonly T[], th: number): readonly T[] =>
  asked === undefined ? values.filter((_, i) => i % th === 0) : values

/** Values that only `npm run test:long` has the time for. */
export const whenLong = <T>(...values: readonly T[]): readonly T[] => (asked === undefined ? [] : values)
