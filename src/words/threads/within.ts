/** Resolves when the work has ended, in whatever way, and at the latest when the time is over; true: it has ended. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), ms)
  const ended = work.then(
    () => true,
    () => true,
  )
  const isDone = await Promise.race([ended, late.promise])
  clearTimeout(timer)
  return isDone
}
