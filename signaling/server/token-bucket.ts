/** A token bucket that may go into debt, for what arrives together cannot be refused piece by piece. */
export class TokenBucket {
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #lastMs: number

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#tokens = burst
    this.#lastMs = nowMs
  }

  /** Takes `units`; returns the milliseconds until the account is even again, 0 while it is. */
  take(units: number, nowMs: number): number {
    const gained = ((nowMs - this.#lastMs) * this.#perSecond) / 1000
    this.#lastMs = nowMs
    this.#tokens = Math.min(this.#burst, this.#tokens + gained) - units
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#perSecond) * 1000
  }
}
