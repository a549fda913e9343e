import type { ObjectId } from '../contracts/ids.ts'
import type { ObjectFormat } from '../contracts/object-store.ts'
import { concat, utf8 } from '../lib/bytes.ts'

/** Who wrote or committed, and when. */
export interface CommitPerson {
  readonly name: string
  readonly email: string
  /** Seconds since 1970. */
  readonly timeSeconds: number
  /** Offset from UTC as Git writes it: `+0200`. */
  readonly zone: string
}

/** What a commit object is made of. */
export interface CommitFields {
  readonly tree: ObjectId
  readonly parents: readonly ObjectId[]
  readonly author: CommitPerson
  readonly committer: CommitPerson
  /** Everything after the blank line. */
  readonly message: string
  /** Armored, of the object's own hash: `gpgsig`, or `gpgsig-sha256` in a SHA-256 repository. */
  readonly signature?: string
}

export interface ParsedCommit extends CommitFields {
  /** The bytes that the signature covers: the object without its signature headers. */
  readonly payload: Uint8Array
}

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })
const maxParents = 4096

/**
 * A commit object, or undefined where it is none. Text that is not UTF-8 is read with replacement characters; headers that
 * are not listed here (`encoding`, `mergetag`) are part of `payload` only.
 */
export function parseCommit(content: Uint8Array): ParsedCommit | undefined {
  return read(content, (headers) => {
    const [first, second] = headers
    const author = first?.name === 'author' ? parsePerson(first.value) : undefined
    const committer = second?.name === 'committer' ? parsePerson(second.value) : undefined
    return author && committer && { author, committer }
  })
}

/**
 * The same of a commit that old or odd programs made, as far as Git reads it: persons need no address and no right place, and who is not there has
 * no name. For what is shown and built upon here; what others send is read by `parseCommit`.
 */
export function parseOddCommit(content: Uint8Array): ParsedCommit | undefined {
  const last = (headers: readonly HeaderLine[], wanted: string) =>
    parseOddPerson(headers.findLast(({ name }) => name === wanted)?.value ?? '')
  return read(content, (headers) => ({ author: last(headers, 'author'), committer: last(headers, 'committer') }))
}

function read(
  content: Uint8Array,
  /** Of the headers after the parents. */
  personsIn: (headers: readonly HeaderLine[]) => Pick<CommitFields, 'author' | 'committer'> | undefined,
): ParsedCommit | undefined {
  const end = endOfHeaders(content)
  if (end === undefined) return undefined
  const headers = headerLines(content.subarray(0, end))
  const message = lenient.decode(content.subarray(end + 1))
  const tree = headers[0]?.name === 'tree' ? idOf(headers[0].value) : undefined
  const parents: ObjectId[] = []
  let next = 1
  for (; headers[next]?.name === 'parent'; next++) {
    const parent = idOf(headers[next]!.value)
    if (!parent || parents.length === maxParents) return undefined
    parents.push(parent)
  }
  const persons = personsIn(headers.slice(next))
  if (!tree || !persons || parents.some((id) => id.length !== tree.length)) return undefined
  const signature = headers.find(({ name }) => name === signatureHeader(tree))?.value
  const signatures = headers.filter(({ name }) => name.startsWith('gpgsig'))
  const payload = signatures.length ? without(content, signatures) : content
  return { tree, parents, ...persons, message, payload, ...(signature !== undefined && { signature }) }
}

/** The content of a commit object. The fields must fit the format: no line feed in names, whole seconds. */
export function serializeCommit(fields: CommitFields): Uint8Array {
  const lines = [`tree ${fields.tree}`, ...fields.parents.map((id) => `parent ${id}`)]
  lines.push(`author ${formatPerson(fields.author)}`, `committer ${formatPerson(fields.committer)}`)
  const unsigned = utf8(`${lines.join('\n')}\n\n${fields.message}`)
  const format = fields.tree.length === 64 ? 'sha256' : 'sha1'
  return fields.signature === undefined ? unsigned : insertSignature(unsigned, format, fields.signature)
}

/** The content of a commit object with an armored signature as the last of its headers. */
export function insertSignature(unsigned: Uint8Array, format: ObjectFormat, signature: string): Uint8Array {
  return insertHeader(unsigned, format === 'sha256' ? 'gpgsig-sha256' : 'gpgsig', utf8(signature))
}

/** The content of a commit object with a header of one or more lines as the last one. */
export function insertHeader(content: Uint8Array, name: string, value: Uint8Array): Uint8Array {
  const end = endOfHeaders(content)!
  const length = value.at(-1) === lineFeed ? value.length - 1 : value.length
  const parts = [utf8(`${name} `)]
  for (let at = 0; at < length;) {
    const next = value.subarray(0, length).indexOf(lineFeed, at) + 1 || length
    parts.push(value.subarray(at, next), ...(next < length ? [continued] : []))
    at = next
  }
  return concat(content.subarray(0, end), ...parts, Uint8Array.of(lineFeed), content.subarray(end))
}

function signatureHeader(tree: ObjectId): string {
  return tree.length === 64 ? 'gpgsig-sha256' : 'gpgsig'
}

interface HeaderLine {
  readonly name: string
  /** With the lines that continue it, unfolded. */
  readonly value: string
  readonly start: number
  readonly end: number
}

const lineFeed = 0x0a
const space = 0x20
const continued = Uint8Array.of(space)

/** The offset of the blank line. A commit without one has headers only, and no message. */
function endOfHeaders(content: Uint8Array): number | undefined {
  for (let at = 0; at < content.length;) {
    if (content[at] === lineFeed) return at
    const end = content.indexOf(lineFeed, at)
    if (end < 0) return undefined
    at = end + 1
  }
  return content.length || undefined
}

function headerLines(content: Uint8Array): readonly HeaderLine[] {
  const lines: HeaderLine[] = []
  for (let start = 0; start < content.length;) {
    let end = content.indexOf(lineFeed, start) + 1
    while (content[end] === space && end < content.length) end = content.indexOf(lineFeed, end) + 1
    const text = lenient.decode(content.subarray(start, end - 1))
    const gap = text.indexOf(' ')
    const name = gap < 0 ? text : text.slice(0, gap)
    lines.push({ name, value: gap < 0 ? '' : text.slice(gap + 1).replaceAll('\n ', '\n'), start, end })
    start = end
  }
  return lines
}

function without(content: Uint8Array, lines: readonly HeaderLine[]): Uint8Array {
  const kept: Uint8Array[] = []
  let at = 0
  for (const { start, end } of lines) {
    kept.push(content.subarray(at, start))
    at = end
  }
  return concat(...kept, content.subarray(at))
}

function idOf(text: string): ObjectId | undefined {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? (text as ObjectId) : undefined
}

/** Old programs wrote odd names and times; only the angle brackets are relied on, as in Git. */
function parsePerson(text: string): CommitPerson | undefined {
  const match = /^(.*?) ?<([^\n]*?)>(?: (\d{1,15}))?(?: ([+-]\d{4}))?[^\n]*$/.exec(text)
  if (!match) return undefined
  return { name: match[1]!, email: match[2]!, timeSeconds: Number(match[3] ?? 0), zone: match[4] ?? '+0000' }
}

/** Without an address, what stands before the time is the name. */
function parseOddPerson(text: string): CommitPerson {
  const person = parsePerson(text)
  if (person) return person
  const [, name = '', time, zone] = /^([^\n]*?) ?(\d{1,15})? ?([+-]\d{4})?$/.exec(text.split('\n', 1)[0]!) ?? []
  return { name: name.replace(/[<>]/g, ''), email: '', timeSeconds: Number(time ?? 0), zone: zone ?? '+0000' }
}

function formatPerson({ name, email, timeSeconds, zone }: CommitPerson): string {
  return `${name} <${email}> ${timeSeconds} ${zone}`
}
