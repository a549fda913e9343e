import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A child that has said nothing new for so long hangs: a bench that waits for it would never end. */
const patienceMs = 30_000

/** A program of its own that says words, or objects with a word as their key. What it says before somebody listens is kept. */
export class TalkingChild implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #said: unknown[] = []
  readonly #listeners = new Set<() => void>()
  readonly #name: string
  #end: Error | undefined

  constructor(program: string, args: readonly string[]) {
    this.#name = args.slice(0, 2).join(' ')
    this.#process = fork(program, args)
    this.#process.on('message', (value) => this.#hear(() => this.#said.push(value)))
    this.#process.once('exit', (code) =>
      this.#hear(() => (this.#end = new Error(`${this.#name} ended with code ${code}`))),
    )
  }

  #hear(change: () => void): void {
    change()
    for (const listener of this.#listeners) listener()
  }

  /** Resolves with what says the word, once; rejects where the child ends or stays silent. */
  async hears(word: string): Promise<unknown> {
    let stop: () => void = () => {}
    try {
      return await new Promise((resolve, reject) => {
        const look = (): void => {
          const at = this.#said.findIndex((value) => says(value, word))
          if (at >= 0) resolve(this.#said.splice(at, 1)[0])
          else if (this.#end) reject(this.#end)
        }
        const timer = setTimeout(() => reject(new Error(`${this.#name} never said "${word}"`)), patienceMs)
        this.#listeners.add(look)
        stop = () => {
          clearTimeout(timer)
          this.#listeners.delete(look)
        }
        look()
      })
    } finally {
      stop()
    }
  }

  tell(word: string): void {
    this.#process.send(word)
  }

  /** Lets it end by itself, or ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end) return
    const gone = once(this.#process, 'exit')
    if (this.#process.connected) this.#process.disconnect()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), patienceMs / 3)
    await gone
    clearTimeout(timer)
  }
}

function says(value: unknown, word: string): boolean {
  return value === word || (typeof value === 'object' && value !== null && word in value)
}
