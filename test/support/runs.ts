/**
 * How often a property is tried: a quarter of `many` in `npm test`, all of them in `npm run test:long`, and as many
 * times more as the variable RUNS says.
 */
export const runs = (many: number): number => Math.ceil(many * Number(process.env['RUNS'] ?? 0.25))
