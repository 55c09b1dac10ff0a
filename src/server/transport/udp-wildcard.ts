import { codeOf } from './listen-error.ts'
import { localAddresses } from './local-address.ts'
import { UdpListener, type UdpSettings } from './udp.ts'

/** Which addresses a wildcard stands for, and how often that is read again. */
export interface Interfaces {
  readonly addresses: () => readonly string[]
  readonly rereadMs: number
}

/** Not an order of magnitude that hosts have; a bound all the same. */
const MOST_SOCKETS = 1000

export const interfacesOf = (family: 4 | 6): Interfaces => ({
  addresses: () => localAddresses(family),
  rereadMs: 5000,
})

/**
 * Answers on every address of the host's interfaces, each through a socket of its own, so that a reply leaves
 * from the address that was asked: a socket bound to the wildcard lets the system choose, and clients drop a
 * reply from anybody else. Addresses come and go, so they are read again and again. An address that is local
 * without being an interface's (127.0.0.2) is not covered; list it by itself.
 */
export class UdpWildcard {
  readonly #interfaces: Interfaces
  readonly #except: ReadonlySet<string>
  readonly #settings: UdpSettings
  readonly #listeners = new Map<string, UdpListener>()
  readonly #warned = new Set<string>()
  #port = 0
  #rereading: NodeJS.Timeout | undefined
  #closed = false

  /** `except`: addresses that have listeners of their own. */
  constructor(interfaces: Interfaces, except: Iterable<string>, settings: UdpSettings) {
    this.#interfaces = interfaces
    this.#except = new Set(except)
    this.#settings = settings
  }

  /** Rejects with a ListenError if an address that is there cannot be had; then `close` frees the others. */
  async open(port: number): Promise<number> {
    this.#port = port
    for (const address of this.#wanted()) {
      await this.#add(address).catch((error: unknown) => {
        if (!isTransient(error)) throw error
      })
    }
    if (this.#listeners.size === 0)
      this.#warnOnce('', 'udp: no local address of that family to listen on yet')
    this.#wait()
    return this.#port
  }

  async close(drainMs = 0): Promise<void> {
    this.#closed = true
    clearTimeout(this.#rereading)
    await Promise.all([...this.#listeners.values()].map((one) => one.close(drainMs)))
  }

  #wanted(): string[] {
    const found = this.#interfaces.addresses().filter((address) => !this.#except.has(address))
    return found.slice(0, MOST_SOCKETS)
  }

  async #add(address: string): Promise<void> {
    const listener = new UdpListener(address, this.#settings)
    this.#listeners.set(address, listener)
    try {
      this.#port = await listener.open(this.#port)
    } catch (error) {
      this.#listeners.delete(address)
      throw error
    }
  }

  #wait(): void {
    if (this.#closed) return
    this.#rereading = setTimeout(() => void this.#reread(), this.#interfaces.rereadMs)
  }

  async #reread(): Promise<void> {
    try {
      const wanted = this.#wanted()
      for (const address of this.#listeners.keys()) if (!wanted.includes(address)) await this.#remove(address)
      for (const address of wanted) if (!this.#listeners.has(address)) await this.#addLater(address)
    } catch (error) {
      this.#warnOnce('', `cannot read this host's addresses: ${String(error)}`)
    }
    this.#wait()
  }

  async #addLater(address: string): Promise<void> {
    if (this.#closed) return
    try {
      await this.#add(address)
      this.#warned.delete(address)
    } catch (error) {
      if (!isTransient(error)) this.#warnOnce(address, error instanceof Error ? error.message : String(error))
    }
  }

  async #remove(address: string): Promise<void> {
    const listener = this.#listeners.get(address)
    this.#listeners.delete(address)
    this.#warned.delete(address)
    await listener?.close()
  }

  #warnOnce(about: string, text: string): void {
    if (this.#warned.has(about)) return
    this.#warned.add(about)
    this.#settings.events.warning(text)
  }
}

/** An address that went while we looked, an IPv6 one still being checked for duplicates, a link-local oddity. */
const isTransient = (error: unknown): boolean => ['EADDRNOTAVAIL', 'EINVAL'].includes(codeOf(error))
