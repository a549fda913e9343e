/** What a server has done since it began, and what it holds now. Bytes are payloads of WebSocket messages. */
export interface SignalingStats {
  readonly connections: number
  readonly topics: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Connections refused at the door, or closed for what they sent. */
  readonly refused: number
  /** Connections dropped because they did not read or did not answer. */
  readonly dropped: number
}

/** The counters behind the stats. */
export interface Counters {
  messagesIn: number
  messagesOut: number
  bytesIn: number
  bytesOut: number
  refused: number
  dropped: number
}
