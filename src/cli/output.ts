import { AnvcsError, type ErrorCode } from '../contracts/errors.ts'
import { escapeLine, escapeMessage } from '../provenance/message-escape.ts'
import { createStyle, type Style } from './style.ts'

/** Of everything that is printed under `--json`. It goes up when a field changes its meaning or goes away. */
export const schemaVersion = 1

/** Where the words go. */
export interface OutputStreams {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: { write(text: string): unknown }
}

export interface OutputOptions {
  readonly streams: OutputStreams
  readonly isJson: boolean
  /** Colors on stdout. */
  readonly color?: boolean
  /** Colors and passing lines on stderr: it is a terminal that somebody watches. */
  readonly isWatched?: boolean
}

/** The one writer of the program: results on stdout; progress, warnings and errors on stderr; text or JSON. */
export class Output {
  readonly isJson: boolean
  readonly style: Style
  readonly #streams: OutputStreams
  readonly #isWatched: boolean
  #progress = false

  constructor({ streams, isJson, color = false, isWatched = false }: OutputOptions) {
    this.#streams = streams
    this.isJson = isJson
    this.#isWatched = isWatched && !isJson
    this.style = createStyle(color && !isJson)
  }

  /** The result of a command. `text` is called only where it is wanted; '' prints nothing. */
  result(value: object, text: () => string): void {
    this.#clear()
    if (this.isJson) this.#streams.stdout.write(`${JSON.stringify({ schemaVersion, ...value })}\n`)
    else this.#lines(text())
  }

  /** One fact of a command that keeps running: a line of JSON, or of text ('' for none). */
  event(value: { readonly event: string; readonly [fact: string]: unknown }, text: string): void {
    this.result(value, () => text)
  }

  /** What is being done now; it is shown only to somebody who watches, and gone with the next line. */
  progress(text: string): void {
    if (!this.#isWatched) return
    this.#streams.stderr.write(`\r\u001b[K${text}`)
    this.#progress = true
  }

  /** Something to know that is no error. */
  warn(message: string): void {
    this.#clear()
    if (this.isJson) this.#error({ warning: { message } })
    else this.#streams.stderr.write(`warning: ${escapeLine(message)}\n`)
  }

  /** What hooks of the repository have printed. As JSON it is part of the result, or of the error. */
  hooks(printed: string): void {
    if (printed && !this.isJson) this.tell(escapeMessage(printed.endsWith('\n') ? printed : `${printed}\n`))
  }

  /** Shows what hooks print while they run, where a person reads it. */
  get hookListener(): { readonly onHookOutput?: (text: string) => void } {
    return this.isJson ? {} : { onHookOutput: (text) => this.tell(escapeMessage(text)) }
  }

  /** The one line of an error, and what to do next. */
  error(error: unknown): void {
    this.#clear()
    const { code, message, hint, details } = described(error)
    if (code === 'HOOK_REFUSED') this.hooks(String(details['output']))
    if (this.isJson) this.#error({ error: { code, message, hint, details } })
    else this.#streams.stderr.write(`error ${code}: ${escapeLine(message)}\nhint: ${escapeLine(hint)}\n`)
  }

  /** A question or remark to the person at the terminal. */
  tell(text: string): void {
    this.#clear()
    this.#streams.stderr.write(text)
  }

  #error(value: object): void {
    this.#streams.stderr.write(`${JSON.stringify({ schemaVersion, ...value })}\n`)
  }

  #lines(text: string): void {
    if (text) this.#streams.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  #clear(): void {
    if (this.#progress) this.#streams.stderr.write('\r\u001b[K')
    this.#progress = false
  }
}

interface Described {
  readonly code: ErrorCode
  readonly message: string
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>
}

function described(error: unknown): Described {
  if (AnvcsError.is(error)) return error
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new AnvcsError('INTERNAL', { message })
}
