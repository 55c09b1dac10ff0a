import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** As `dns.lookup`. */
export type LookUp = (hostname: string, options: LookupOptions, found: Found) => void

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
const PATIENCE_MS = 1000

/** Names whose standing is known. */
const MOST_KNOWN = 10_000

/**
 * As `dns.lookup`, which takes one of a few threads for each name for as long as resolvers are silent, which nothing can
 * end. So each name is looked up once at a time, those that were answered before go at once, and the others wait while
 * too many threads are held by names that nobody answers for.
 */
export function leavingThreads(lookUp: LookUp): LookUp {
  const asked = new Map<string, Question>()
  const standings = new Map<string, Standing>()
  const queue = new Set<Question>()
  const running = { new: 0, hung: 0, again: 0 }

  const mayStart = ({ hostname }: Question): boolean =>
    running.hung < MOST_HUNG &&
    (standings.get(hostname) === 'hung' ? running.again < MOST_AGAIN : running.new < MOST_NEW)

  const stand = (hostname: string, standing: Standing): void => {
    standings.delete(hostname)
    standings.set(hostname, standing)
    const [oldest] = standings.keys()
    if (oldest !== undefined && standings.size > MOST_KNOWN) standings.delete(oldest)
  }

  const next = (): void => {
    for (const question of queue) {
      if (!mayStart(question)) continue
      queue.delete(question)
      start(question)
    }
  }

  const start = (question: Question): void => {
    const { key, hostname, options, waiting } = question
    const before = standings.get(hostname)
    const lane = before === 'hung' ? 'again' : 'new'
    let held: keyof typeof running | undefined = before === 'answered' ? undefined : lane
    if (held !== undefined) running[held]++
    const hang = (): void => {
      if (held === 'new') running.new--
      if (held !== 'again') {
        running.hung++
        held = 'hung'
      }
      stand(hostname, 'hung')
      next()
    }
    const timer = setTimeout(hang, PATIENCE_MS).unref()
    lookUp(hostname, options, (error, address, family) => {
      clearTimeout(timer)
      asked.delete(key)
      if (held !== undefined) running[held]--
      if (error === null) stand(hostname, 'answered')
      next()
      for (const one of waiting) one(error, address, family)
    })
  }

  return (hostname, options, found) => {
    const key = JSON.stringify([hostname, options])
    const same = asked.get(key)
    if (same !== undefined) return void same.waiting.push(found)
    const question = { key, hostname, options, waiting: [found] }
    asked.set(key, question)
    if (standings.get(hostname) === 'answered' || mayStart(question)) start(question)
    else queue.add(question)
  }
}

export const lookupOnce = leavingThreads(lookup)
