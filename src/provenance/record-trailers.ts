import { isChangeId, type ChangeId } from './change-id.ts'
import { parseTrailers, type Trailer } from './trailers.ts'

/** So many commits in one squash are looked at. */
export const maxSquashed = 256

const metaLine = /^[ \t]*AI-Meta:[ \t]*(\S+)[ \t]*$/gim
const changeLine = /^[ \t]*AI-VCS-Change:[ \t]*(\S+)[ \t]*$/gim
const boundLine = /^AI-(?:VCS-Change|VCS-Room|Agent|Model|Meta): .*\n?/gm

/** What the trailers of a commit tell of its record. */
export interface RecordTrailers {
  readonly changeId: ChangeId
  /** The tag of the room. */
  readonly room?: string
  readonly agent?: string
  readonly model?: string
  /** `recordDigest` of the commit's record. */
  readonly digest: string
  /** `Name <e-mail>` of the others whose operations the commit contains. */
  readonly coAuthors?: readonly string[]
}

/** What was found in a message. A squash may have joined several commits, so ids and digests are lists. */
export interface FoundTrailers {
  readonly changeIds: readonly ChangeId[]
  readonly rooms: readonly string[]
  readonly agents: readonly string[]
  readonly models: readonly string[]
  readonly digests: readonly string[]
}

/** The trailers in the order in which they are written. */
export function recordTrailers(facts: RecordTrailers): Trailer[] {
  const lines: (readonly [string, string | undefined])[] = [
    ['AI-VCS-Change', facts.changeId],
    ['AI-VCS-Room', facts.room],
    ['AI-Agent', facts.agent],
    ['AI-Model', facts.model],
    ['AI-Meta', `sha256:${facts.digest}`],
    ...(facts.coAuthors ?? []).map((author) => ['Co-authored-by', author] as const),
  ]
  return lines.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]))
}

/** A message without the trailers that bind its record, for a commit that gets one of its own. */
export function withoutRecordTrailers(message: string): string {
  const at = message.trimEnd().lastIndexOf('\n\n') + 1
  return `${message.slice(0, at)}${message.slice(at).replace(boundLine, '')}`.trimEnd() + '\n'
}

/** What a message's trailers say; those that are malformed are left out. */
export function readRecordTrailers(message: string): FoundTrailers {
  const trailers = parseTrailers(message)
  const values = (key: string) =>
    trailers.filter((trailer) => trailer.key.toLowerCase() === key).map((trailer) => trailer.value)
  return {
    changeIds: values('ai-vcs-change').filter(isChangeId),
    rooms: values('ai-vcs-room').filter((room) => /^[0-9a-f]{16}$/.test(room)),
    agents: values('ai-agent'),
    models: values('ai-model'),
    digests: values('ai-meta').flatMap((value) => /^sha256:([0-9a-f]{64})$/.exec(value)?.[1] ?? []),
  }
}

/**
 * What the lines of a whole message say, wherever they stand: a squash puts the messages of its commits into the body, indented or
 * not. The signature of the commit covers them all the same. For people only: rooms go by the trailers.
 */
export function readSquashedTrailers(message: string): FoundTrailers {
  const found = readRecordTrailers(message)
  const values = (line: RegExp) => [...message.matchAll(line)].map((match) => match[1]!)
  const digests = values(metaLine).flatMap((value) => /^sha256:([0-9a-f]{64})$/.exec(value)?.[1] ?? [])
  return {
    ...found,
    changeIds: [...new Set([...found.changeIds, ...values(changeLine).filter(isChangeId)])].slice(0, maxSquashed),
    digests: [...new Set([...found.digests, ...digests])].slice(0, maxSquashed),
  }
}
