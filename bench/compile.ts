import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One of the C programs beside this file, compiled into `directory`: its path. */
export function compile(name: 'floor' | 'paced' | 'flood', directory: string): string {
  const program = join(directory, name)
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url))
  execFileSync('cc', ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-o', program, source])
  return program
}
