/** In fair weather an acknowledged change must be answered after so long. Generous: two cores do everything here. */
const CALM_MS = 2_000

/**
 * And after a fault so long: five seconds of backoff at most once the port accepts, one to list (issue: "right within
 * one second after the backoff"), and as much again for an API server that has only just started.
 */
const RECOVERY_MS = 12_000

/** Whether one cluster's changes can reach the server under test. */
export class Weather {
  #faults = 0
  #recovered = -Infinity
  readonly #followers: (() => void)[] = []

  get isFair(): boolean {
    return this.#faults === 0
  }

  /** Called when that changes. */
  follow(follower: () => void): void {
    this.#followers.push(follower)
  }

  worsen(): void {
    this.#faults++
    this.#tell()
  }

  improve(): void {
    this.#faults--
    this.#recovered = performance.now()
    this.#tell()
  }

  /** When a change that was acknowledged then must be answered; Infinity: nobody knows before the fault is over. */
  due(acknowledged: number): number {
    if (!this.isFair) return Infinity
    return Math.max(acknowledged + CALM_MS, this.#recovered + RECOVERY_MS)
  }

  /** Whether all faults are so long over that an acknowledgement then had nothing to do with them. */
  wasCalm(acknowledged: number): boolean {
    return this.isFair && acknowledged > this.#recovered + RECOVERY_MS
  }

  /** How long a change that was acknowledged then could have been answered until `now`. */
  lateness(acknowledged: number, now: number): number {
    return now - Math.max(acknowledged, this.#recovered)
  }

  #tell(): void {
    for (const follower of this.#followers) follower()
  }
}
