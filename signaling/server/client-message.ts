import type { SignalingLimits } from './limits.ts'

/** What a client may say, in the JSON dialect of y-webrtc 10. */
export type ClientMessage =
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly topics: readonly string[] }
  | { readonly type: 'publish'; readonly topic: string; readonly data: unknown }
  | { readonly type: 'ping' }

/** Why a connection is closed, with a close code of RFC 6455 section 7.4.1. */
export interface Refusal {
  readonly code: 1003 | 1007 | 1008
  readonly reason: string
}

/** Reads one text message; everything that is not in the dialect is a refusal. */
export function readClientMessage(text: string, limits: SignalingLimits): ClientMessage | Refusal {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { code: 1007, reason: 'not JSON' }
  }
  if (typeof value !== 'object' || value === null) return { code: 1008, reason: 'not an object' }
  const { type, topic, topics, data } = value as Readonly<Record<string, unknown>>
  const isTopic = (name: unknown): name is string =>
    typeof name === 'string' && name.length > 0 && name.length <= limits.maxTopicLength
  switch (type) {
    case 'ping':
      return { type }
    case 'publish':
      return isTopic(topic) ? { type, topic, data } : { code: 1008, reason: 'not a topic' }
    case 'subscribe':
    case 'unsubscribe':
      return Array.isArray(topics) && topics.every(isTopic)
        ? { type, topics }
        : { code: 1008, reason: 'not a list of topics' }
    default:
      return { code: 1008, reason: 'unknown type' }
  }
}
