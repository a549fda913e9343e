import type { Socket } from 'node:net'

/** No line is longer, its end included. */
export const maxLineBytes = 1 << 20

/** More than so much may not wait for a side that does not read. */
const maxQueuedBytes = 8 << 20

/** What a client sends: a request, or the end of its interest in one. */
export type RequestLine =
  | { readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly id: number; readonly cancel: true }

/** What a server sends: events of a request, then its one answer. */
export type ReplyLine =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ReplyError }

/** An `AnvcsError` on its way; what a peer says is checked by whom it reaches. */
export interface ReplyError {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Writes one line. False where it is above the limit, and nothing was written. A side that does not read is cut off. */
export function writeLine(socket: Socket, line: RequestLine | ReplyLine): boolean {
  const text = `${JSON.stringify(line)}\n`
  if (Buffer.byteLength(text) > maxLineBytes) return false
  if (!socket.writable) return true
  socket.write(text)
  if (socket.writableLength > maxQueuedBytes) socket.destroy()
  return true
}

/** Calls `take` with each line that is a JSON object with an id; anything else ends the connection. */
export function readLines(
  socket: Socket,
  take: (line: Readonly<Record<string, unknown>> & { readonly id: number }) => void,
): void {
  let parts: Buffer[] = []
  let size = 0
  socket.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = parse(Buffer.concat([...parts, chunk.subarray(start, end)]))
      parts = []
      size = 0
      start = end + 1
      if (!line) {
        socket.destroy()
        return
      }
      take(line)
    }
    const rest = chunk.subarray(start)
    size += rest.length
    if (size < maxLineBytes) parts.push(rest)
    else socket.destroy()
  })
}

function parse(bytes: Buffer): (Readonly<Record<string, unknown>> & { readonly id: number }) | undefined {
  if (bytes.length >= maxLineBytes) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString())
    if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
    return Number.isSafeInteger(value.id) ? (value as { readonly id: number }) : undefined
  } catch {
    return undefined
  }
}
