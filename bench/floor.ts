import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCE = fileURLToPath(new URL('floor.c', import.meta.url))

/** The C loop, compiled into `dir`. */
export function compileFloor(dir: string): string {
  const program = join(dir, 'floor')
  execFileSync('cc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-o', program, SOURCE])
  return program
}
