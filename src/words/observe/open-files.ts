import { readdirSync, readFileSync } from 'node:fs'

/** How many descriptors this process may have, and how many it has; unbounded where the system does not say. */
export function filesHere(): { readonly limit: number; readonly used: number } {
  try {
    const [, limit = ''] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    if (limit !== '') return { limit: Number(limit), used: readdirSync('/proc/self/fd').length }
  } catch {
    // There is no /proc, or none to be read.
  }
  return { limit: Number.POSITIVE_INFINITY, used: 0 }
}
