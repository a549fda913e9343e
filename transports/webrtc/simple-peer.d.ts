/**
 * The part of simple-peer 9 that is used here. Its published types need Node's, which portable code is built without; its
 * bundle for browsers runs in Node as well.
 */
declare module 'simple-peer/simplepeer.min.js' {
  interface Options {
    readonly initiator: boolean
    readonly wrtc: object
    readonly config: RTCConfiguration
    readonly channelConfig: RTCDataChannelInit
    readonly objectMode: boolean
    readonly iceCompleteTimeout: number
  }

  interface CandidateSignal {
    readonly type: 'candidate'
    readonly candidate: RTCIceCandidateInit
  }

  interface DescriptionSignal {
    readonly type: 'offer' | 'answer'
    readonly sdp: string
  }

  interface Events {
    signal: [data: CandidateSignal | DescriptionSignal]
    connect: []
    data: [chunk: Uint8Array | string]
    close: []
    error: [error: Error]
    iceStateChange: [connection: RTCIceConnectionState, gathering: RTCIceGatheringState]
  }

  class SimplePeer {
    constructor(options: Options)
    readonly bufferSize: number
    readonly destroyed: boolean
    on<Name extends keyof Events>(event: Name, listener: (...values: Events[Name]) => void): this
    signal(data: CandidateSignal | DescriptionSignal): void
    send(chunk: Uint8Array): void
    getStats(done: (error: Error | null, reports?: readonly Record<string, unknown>[]) => void): void
    destroy(error?: Error): void
  }

  // oxlint-disable-next-line import/no-default-export -- it is what the package exports
  export default SimplePeer
}
