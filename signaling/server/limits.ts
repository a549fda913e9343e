/** What one server gives to clients that it does not trust. */
export interface SignalingLimits {
  /** Greatest message, in bytes of UTF-8; a longer one closes the connection (1009). */
  readonly maxMessageBytes: number
  /** Greatest length of a topic's name, in UTF-16 units. */
  readonly maxTopicLength: number
  readonly topicsPerConnection: number
  readonly connections: number
  readonly connectionsPerAddress: number
  /**
   * Steady rate of one connection, in units; a unit is a message of up to 1 KiB to up to 16 subscribers. Who sends faster is
   * read more slowly.
   */
  readonly unitsPerSecond: number
  /** Units that a connection may send at once. */
  readonly burstUnits: number
  /** A client that leaves this much unread is dropped. */
  readonly maxBufferedBytes: number
  /** A connection that stays silent from one ping to the next is dropped. */
  readonly pingIntervalMs: number
}

/** Enough for rooms of dozens, little enough for a small machine. */
export const defaultLimits: SignalingLimits = {
  maxMessageBytes: 64 * 1024,
  maxTopicLength: 256,
  topicsPerConnection: 64,
  connections: 1024,
  connectionsPerAddress: 128,
  unitsPerSecond: 64,
  burstUnits: 512,
  maxBufferedBytes: 1024 * 1024,
  pingIntervalMs: 30_000,
}
