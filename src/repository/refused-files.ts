import { AnvcsError } from '../contracts/errors.ts'

/** Files that the system refuses to read or write: each is told once, and holds up no other. */
export class RefusedFiles {
  readonly #problem: string
  readonly #onProblem: (message: string) => void
  readonly #paths = new Set<string>()

  /** `problem` says what cannot be done, before the error's own words. */
  constructor(problem: string, onProblem: (message: string) => void) {
    this.#problem = problem
    this.#onProblem = onProblem
  }

  /** Those that were refused at the last attempt: nobody tells when that has ended. */
  get paths(): ReadonlySet<string> {
    return this.#paths
  }

  /** The outcome of a call on one file; 'refused' where the system fails it. */
  async attempt<T>(path: string, call: () => Promise<T>): Promise<T | 'refused'> {
    try {
      const outcome = await call()
      this.#paths.delete(path)
      return outcome
    } catch (error) {
      if (!AnvcsError.is(error, 'WORK_TREE_FAILED')) throw error
      if (!this.#paths.has(path)) this.#onProblem(`${this.#problem}: ${error.message}`)
      this.#paths.add(path)
      return 'refused'
    }
  }
}
