import { OneAtATime } from '../../words/threads/index.ts'
import { Load } from '../changes/index.ts'

/** So much of each reply and line may be under way beside others'. */
export const LITTLE_BYTES = 256 * 1024

/**
 * A place for one: of a cluster's replies and lines that are more than a little, one is under way at a time, from the bytes
 * to the objects. There are as many requests as kinds and namespaces, and each alone may be of megabytes.
 */
export class Quay extends OneAtATime {
  readonly #load: Load
  #bytes = 0

  constructor(load: Load = new Load()) {
    super()
    this.#load = load
  }

  /** So much more is under way, whether it waits or not. */
  grow(bytes: number): void {
    this.#bytes += bytes
    this.#load.set('under way', this.#bytes)
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
