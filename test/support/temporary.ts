import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A directory of a test's own, removed when it is closed. */
export interface Temporary {
  readonly path: string
  readonly at: (...parts: string[]) => string
  readonly write: (file: string, text: string) => Promise<void>
  /** As editors and `kubectl` do: a new file in the old one's place, never half of it. */
  readonly replace: (file: string, text: string) => Promise<void>
  readonly remove: (file: string) => Promise<void>
  readonly close: () => Promise<void>
}

export async function temporary(): Promise<Temporary> {
  const path = await mkdtemp(join(tmpdir(), 'meridian-'))
  const at = (...parts: string[]): string => join(path, ...parts)
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(at(file)), { recursive: true })
    await writeFile(at(file), text)
  }
  return {
    path,
    at,
    write,
    replace: async (file, text) => {
      await write(`${file}~`, text)
      await rename(at(`${file}~`), at(file))
    },
    remove: (file) => rm(at(file), { recursive: true }),
    close: () => rm(path, { recursive: true, force: true }),
  }
}
