import type { Link } from '../src/contracts/transport.ts'

/** Bytes that one end of a link has sent. */
export interface SentBytes {
  messages: number
  handshake: number
  afterHandshake: number
}

/** Each end sends its hello and its proof before anything else. */
const handshakeMessages = 2

/** Counts what this end sends from now on. */
export function countBytes(link: Link): SentBytes {
  const sent: SentBytes = { messages: 0, handshake: 0, afterHandshake: 0 }
  const send = link.send.bind(link)
  link.send = (message) => {
    if (sent.messages++ < handshakeMessages) sent.handshake += message.length
    else sent.afterHandshake += message.length
    return send(message)
  }
  return sent
}
