import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** As `dns.lookup`. */
type LookUp = (hostname: string, options: LookupOptions, found: Found) => void

/** One look-up, and who waits for it. */
interface Question {
  readonly key: string
  readonly hostname: string
  readonly options: LookupOptions
  readonly waiting: Found[]
}

/** How a name's last look-up went; undefined: there was none. */
type Standing = 'answered' | 'hung' | undefined

/**
 * How many threads are held at most: by names of which nothing is known yet; by those that hang, before another of the
 * first begins; by names that hung before. Together thirteen in each of two threads, of the 32 that bin/meridian.mjs
 * leaves to such look-ups.
 */
export const MOST_NEW = 3
export const MOST_HUNG = 10
export const MOST_AGAIN = 1

/** A resolver that is well answers in this time. */
const DEADLINE_MS = 1000

/** Names whose standing is known. */
const MOST_KNOWN = 10_000

/**
 * As `dns.lookup`, which takes one of a few threads for each name for as long as resolvers are silent, which nothing can
 * end. So each name is looked up once at a time, those that were answered before go at once, and the others wait while
 * too many threads are held by names that nobody answers for.
 */
export function leavingThreads(lookUp: LookUp): LookUp {
  const questions = new Questions(lookUp)
  return (hostname, options, found) => questions.ask(hostname, options, found)
}

class Questions {
  readonly #lookUp: LookUp
  readonly #asked = new Map<string, Question>()
  readonly #standings = new Map<string, Standing>()
  readonly #queue = new Set<Question>()
  /** Threads that are held, by what holds them. */
  readonly #held = { new: 0, hung: 0, again: 0 }

  constructor(lookUp: LookUp) {
    this.#lookUp = lookUp
  }

  ask(hostname: string, options: LookupOptions, found: Found): void {
    const key = JSON.stringify([hostname, options])
    const same = this.#asked.get(key)
    if (same !== undefined) return void same.waiting.push(found)
    const question = { key, hostname, options, waiting: [found] }
    this.#asked.set(key, question)
    if (this.#standings.get(hostname) === 'answered' || this.#mayStart(hostname)) this.#start(question)
    else this.#queue.add(question)
  }

  #mayStart(hostname: string): boolean {
    const { hung, again, new: fresh } = this.#held
    const isAgain = this.#standings.get(hostname) === 'hung'
    return hung < MOST_HUNG && (isAgain ? again < MOST_AGAIN : fresh < MOST_NEW)
  }

  #start({ key, hostname, options, waiting }: Question): void {
    let held = this.#hold(undefined, holderOf(this.#standings.get(hostname)))
    const hang = (): void => {
      if (held !== 'again') held = this.#hold(held, 'hung')
      this.#stand(hostname, 'hung')
      this.#next()
    }
    const timer = setTimeout(hang, DEADLINE_MS).unref()
    this.#lookUp(hostname, options, (error, address, family) => {
      clearTimeout(timer)
      this.#asked.delete(key)
      this.#hold(held, undefined)
      if (error === null) this.#stand(hostname, 'answered')
      this.#next()
      for (const one of waiting) one(error, address, family)
    })
  }

  /** A thread is held by something else from now on; undefined: by nothing that counts. */
  #hold(before: Holder | undefined, now: Holder | undefined): Holder | undefined {
    if (before !== undefined) this.#held[before]--
    if (now !== undefined) this.#held[now]++
    return now
  }

  #stand(hostname: string, standing: Standing): void {
    this.#standings.delete(hostname)
    this.#standings.set(hostname, standing)
    const [oldest] = this.#standings.keys()
    if (oldest !== undefined && this.#standings.size > MOST_KNOWN) this.#standings.delete(oldest)
  }

  #next(): void {
    for (const question of this.#queue) {
      if (!this.#mayStart(question.hostname)) continue
      this.#queue.delete(question)
      this.#start(question)
    }
  }
}

/** What holds a thread: a name of which nothing is known, one that hangs, or one that hung before. */
type Holder = 'new' | 'hung' | 'again'

const holderOf = (standing: Standing): Holder | undefined =>
  standing === 'answered' ? undefined : standing === 'hung' ? 'again' : 'new'

export const lookupOnce = leavingThreads(lookup)
