import { AnvcsError } from '../contracts/errors.ts'

/** A line `Key: value` at the end of a commit message. */
export interface Trailer {
  readonly key: string
  readonly value: string
}

interface SplitMessage {
  readonly before: string
  readonly trailers: readonly (Trailer | string)[]
  readonly after: string
}

/** Prefixes of lines that git writes by itself; beside one of them a block may hold some lines that are no trailers. */
const gitPrefixes = ['Signed-off-by: ', '(cherry picked from commit ']

/** White space as git counts it. */
const startsWithSpace = /^[ \t\r\n]/
const blank = /^[ \t\r\n]*$/

const keyPattern = /^[A-Za-z0-9-]+$/
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u

/**
 * The message with the trailers where `git interpret-trailers --if-exists addIfDifferent` places them: in the block at the end, or in
 * a new one. A trailer that is there already is not repeated. A line that begins with `#` is text, as it is in a commit object,
 * and a last line without its line feed gets one.
 * Throws USAGE for a key or a value that would not be one trailer: empty, or with control characters.
 */
export function addTrailers(message: string, added: readonly Trailer[]): string {
  for (const { key, value } of added)
    if (!keyPattern.test(key) || blank.test(value) || control.test(value))
      throw new AnvcsError('USAGE', {
        message: 'A trailer needs a value on one line, without control characters.',
        details: { key },
      })
  const { before, trailers, after } = splitMessage(message)
  const block = [...trailers]
  for (const { key, value } of added) {
    const trailer = { key, value: trimmed(value) }
    if (!block.some((other) => typeof other !== 'string' && isSame(other, trailer))) block.push(trailer)
  }
  const gap = endsWithBlankLine(before) ? '' : '\n'
  return before + gap + block.map((line) => (typeof line === 'string' ? line : printed(line))).join('') + after
}

/** The trailers of a message, continued lines joined. */
export function parseTrailers(message: string): Trailer[] {
  return splitMessage(message)
    .trailers.filter((line) => typeof line !== 'string')
    .map(({ key, value }) => ({ key, value: value.replace(/\n[ \t\r\n]*/g, ' ') }))
}

function isSame(left: Trailer, right: Trailer): boolean {
  return lowered(left.key) === lowered(right.key) && lowered(left.value) === lowered(right.value)
}

/** Git compares without the case of ASCII letters. */
function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
}

function printed({ key, value }: Trailer): string {
  return `${key}: ${value}\n`
}

function splitMessage(message: string): SplitMessage {
  const whole = message === '' || message.endsWith('\n') ? message : `${message}\n`
  const body = /^(?:[^]*[^\n]\n)?/.exec(whole)![0]
  const lines = body.match(/[^\n]*\n/g) ?? []
  const start = blockStart(lines)
  const groups: string[] = []
  for (const line of lines.slice(start)) {
    if (startsWithSpace.test(line) && groups.length) groups[groups.length - 1] += line
    else groups.push(line)
  }
  const trailers = groups.map((group) => trailerOf(group) ?? group)
  return { before: lines.slice(0, start).join(''), trailers, after: whole.slice(body.length) }
}

function trailerOf(line: string): Trailer | undefined {
  const match = /^([A-Za-z0-9-]+)[ \t]*:([^]*)$/.exec(line)
  return match ? { key: match[1]!, value: trimmed(match[2]!) } : undefined
}

/**
 * The number of the line where the block of trailers begins, or of lines where there is none. It is the last paragraph, never the
 * first, if all its lines are trailers or continue one, or if one is git's own and at least a quarter are trailers.
 */
function blockStart(lines: readonly string[]): number {
  const firstBlank = lines.findIndex(isBlank)
  if (firstBlank < 0) return lines.length
  let end = lines.length
  while (end > firstBlank && isBlank(lines[end - 1]!)) end--
  let trailers = 0
  let others = 0
  let continuations = 0
  let isGits = false
  for (let at = end - 1; at >= firstBlank; at--) {
    const line = lines[at]!
    if (isBlank(line)) {
      others += continuations
      const isBlock = isGits ? trailers * 3 >= others : trailers > 0 && others === 0
      return isBlock ? at + 1 : lines.length
    }
    const gits = gitPrefixes.some((prefix) => line.startsWith(prefix))
    if (gits || trailerOf(line)) {
      trailers++
      continuations = 0
      isGits ||= gits
    } else if (startsWithSpace.test(line)) continuations++
    else {
      others += 1 + continuations
      continuations = 0
    }
  }
  return lines.length
}

function isBlank(line: string): boolean {
  return blank.test(line)
}

function endsWithBlankLine(text: string): boolean {
  const lines = text.match(/[^\n]*\n/g)
  return lines !== null && isBlank(lines.at(-1)!)
}
