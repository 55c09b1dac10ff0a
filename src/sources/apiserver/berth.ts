import { Load } from '../changes/index.ts'

/** So much of each reply and line may be under way beside others'. */
export const LITTLE_BYTES = 256 * 1024

/**
 * A place for one: of a cluster's replies and lines that are more than a little, one is under way at a time, from the bytes
 * to the objects. There are as many requests as kinds and namespaces, and each alone may be of megabytes.
 */
export class Quay {
  #last: Promise<void> = Promise.resolve()
  readonly #load: Load
  #bytes = 0

  constructor(load: Load = new Load()) {
    this.#load = load
  }

  /** So much more is under way, whether it waits or not. */
  grow(bytes: number): void {
    this.#bytes += bytes
    this.#load.set('under way', this.#bytes)
  }

  /** Resolves when whoever came before has left; the function leaves. Rejects if the signal is aborted. */
  async enter(signal: AbortSignal): Promise<() => void> {
    const before = this.#last
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    this.#last = before.then(() => left)
    try {
      await unlessAborted(before, signal)
    } catch (error) {
      leave()
      throw error
    }
    return leave
  }
}

async function unlessAborted(waited: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    await Promise.race([waited, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** What one request of a cluster's has of the place. */
export class Berth {
  readonly #quay: Quay
  #leave: (() => void) | undefined
  #bytes = 0

  constructor(quay: Quay) {
    this.#quay = quay
  }

  /** Resolves when so many bytes may be under way; what is sent meanwhile waits where it is. */
  async hold(bytes: number, signal: AbortSignal): Promise<void> {
    this.#grow(bytes)
    if (bytes > LITTLE_BYTES) this.#leave ??= await this.#quay.enter(signal)
  }

  leave(): void {
    this.#leave?.()
    this.#leave = undefined
    this.#grow(0)
  }

  #grow(bytes: number): void {
    this.#quay.grow(bytes - this.#bytes)
    this.#bytes = bytes
  }
}
