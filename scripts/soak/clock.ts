/** Minutes and seconds of a run that began at `start`, by performance.now(). */
export function clockOf(start: number): string {
  const seconds = Math.round((performance.now() - start) / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`.padStart(6)
}
