import type { BigIntStats } from 'node:fs'
import { lstat, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, parse, resolve, sep } from 'node:path'

/** A directory that is about to be listed, or one of whose entries is about to be followed. */
export interface EnteredDirectory {
  readonly real: string
  /** Tells it from another directory that later stands at the same path. */
  readonly identity: string
  /** The one entry that matters; null: all do. */
  readonly only: string | null
}

/** As many as Linux follows on one way. */
const MOST_LINKS = 40

/** Of one directory that are told one by one: with more of them, all in it matter. */
const MOST_NAMES = 16

/** The directories that a walk enters, each told of once in the same words. Without `enter`, nothing is looked for. */
export class Links {
  readonly #enter: ((directory: EnteredDirectory) => void) | undefined
  readonly #whole = new Set<string>()
  readonly #followed = new Map<string, ReadonlySet<string>>()

  constructor(enter: ((directory: EnteredDirectory) => void) | undefined) {
    this.#enter = enter
  }

  enterWhole(real: string, identity: string): void {
    this.#whole.add(real)
    this.#enter?.({ real, identity, only: null })
  }

  /** Enters where the directory itself, or any link on the way to it, appears, vanishes or is replaced. */
  async leadTo(root: string): Promise<void> {
    if (this.#enter === undefined) return
    const path = resolve(root)
    await this.#enterFor(dirname(path), basename(path))
    if ((await realpath(path).catch(() => null)) === path) return
    const { root: top } = parse(path)
    await this.#go(top, path.slice(top.length).split(sep))
  }

  /** Enters where any link is that this one leads through. Its own directory is entered already. */
  async follow(link: string): Promise<void> {
    if (this.#enter !== undefined) await this.#go(dirname(link), [basename(link)])
  }

  async #go(from: string, names: readonly string[]): Promise<void> {
    let [at, left, links] = [from, names, 0]
    while (left.length > 0 && links <= MOST_LINKS) {
      const [name = '', ...rest] = left
      const next = join(at, name)
      const target = await this.#targetOf(at, name)
      if (target === null) return
      if (target === undefined) [at, left] = [next, rest]
      else {
        const { root } = parse(target)
        ;[at, left] = [root === '' ? at : root, [...target.slice(root.length).split(sep), ...rest]]
        links++
      }
    }
  }

  /** undefined: it is no link; null: it is not there, or was followed before. */
  async #targetOf(directory: string, name: string): Promise<string | null | undefined> {
    const path = join(directory, name)
    const isLink = await lstat(path).then(
      (stats) => stats.isSymbolicLink(),
      () => null,
    )
    if (isLink === false) return undefined
    await this.#enterFor(directory, name)
    return isLink === null ? null : readlink(path).catch(() => null)
  }

  async #enterFor(directory: string, only: string): Promise<void> {
    const names = this.#followed.get(directory) ?? new Set()
    if (this.#whole.has(directory) || names.has(only)) return
    this.#followed.set(directory, new Set([...names, only]))
    const stats = await stat(directory, { bigint: true }).catch(() => undefined)
    if (stats === undefined) return
    if (names.size >= MOST_NAMES) this.enterWhole(directory, bornAs(stats))
    else this.#enter?.({ real: directory, identity: bornAs(stats), only })
  }
}

export const nodeOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`

/** A directory deleted and made again often gets the same inode. */
export const bornAs = (stats: BigIntStats): string => `${nodeOf(stats)}:${stats.birthtimeNs}`
