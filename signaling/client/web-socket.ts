/** What is used of a WebSocket; the browser's and that of `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number
  /** Bytes that are queued and not yet sent. */
  readonly bufferedAmount: number
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** The class itself, as it is given from outside. */
export type WebSocketConstructor = new (url: string) => WebSocketLike
