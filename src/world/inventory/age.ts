import type { ExportHead } from './export-types.ts'

type Aged = Pick<ExportHead, 'createdAt'>

/** Oldest first. What does not say when it was made, as files in Git do not, comes after all that do. */
export const byAge = (a: Aged, b: Aged): number =>
  Number(!isAged(a)) - Number(!isAged(b)) || a.createdAt - b.createdAt

/** Whether it says when it was made. */
export const isAged = ({ createdAt }: Aged): boolean => createdAt !== 0
