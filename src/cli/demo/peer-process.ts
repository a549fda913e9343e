import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AnvcsError } from '../../contracts/errors.ts'
import type { Clone } from './clones.ts'
import type { Asked, CallName, PeerCalls, PeerMessage } from './peer-calls.ts'

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

const limitMs = 60_000
const maxErrorUnits = 4000

/** A peer in a process of its own. A process that dies or does not answer fails every call. */
export class PeerProcess {
  readonly name: string
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #errors = ''
  #count = 0
  #fault: AnvcsError | undefined
  #isClosing = false
  readonly #ended: Promise<void>

  constructor({ name, folder, environment }: Clone, onWarning: (name: string, message: string) => void) {
    this.name = name
    const script = fileURLToPath(new URL('./peer-main.js', import.meta.url))
    this.#child = fork(script, [name, folder], {
      env: { ...environment },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr!.on(
      'data',
      (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-maxErrorUnits)),
    )
    this.#child.on('message', (message) => this.#take(message as PeerMessage, onWarning))
    this.#child.on('error', (error) => this.#fail(error.message))
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        if (!this.#isClosing || code !== 0) this.#fail(`its process ended (${signal ?? code})`)
        this.#child.stderr!.destroy()
        resolve()
      })
    })
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Throws INTERNAL with what went wrong in the peer, or if it does not answer for a minute. */
  call<Name extends CallName>(call: Name, ask: PeerCalls[Name]['ask']): Promise<PeerCalls[Name]['answer']> {
    if (this.#fault) return Promise.reject(this.#fault)
    const id = ++this.#count
    return new Promise<PeerCalls[Name]['answer']>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(`it did not answer to "${call}" within ${limitMs / 1000} s`), limitMs)
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
      }
      this.#waiting.set(id, {
        resolve: (answer) => {
          done()
          resolve(answer as PeerCalls[Name]['answer'])
        },
        reject: (error) => {
          done()
          reject(error)
        },
      })
      const asked: Asked = { id, call, ask }
      this.#child.send(asked, (error) => error && this.#fail(error.message))
    })
  }

  /** Ends the process in order. */
  async close(): Promise<void> {
    await this.call('close', null)
    this.#isClosing = true
    this.#child.disconnect()
    await this.#ended
  }

  /** Ends the process at once, if it still runs. */
  async kill(): Promise<void> {
    this.#isClosing = true
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  #take(message: PeerMessage, onWarning: (name: string, message: string) => void): void {
    if ('warning' in message) return onWarning(this.name, message.warning)
    const waiting = this.#waiting.get(message.id)
    if ('error' in message) waiting?.reject(new AnvcsError('INTERNAL', { message: `${this.name}: ${message.error}` }))
    else waiting?.resolve(message.answer)
  }

  #fail(reason: string): void {
    const said = this.#errors.trim()
    this.#fault ??= new AnvcsError('INTERNAL', { message: `${this.name}: ${reason}${said ? `\n${said}` : ''}` })
    for (const { reject } of [...this.#waiting.values()]) reject(this.#fault)
  }
}
