import { fromHex, toHex } from '../../src/lib/bytes.ts'

/**
 * A value as the fixtures show it: bytes as text `0x...`; maps, sets and undefined as objects with one member of that name. Ids
 * are text in memory and stay plain hexadecimal.
 */
export function toJson(value: unknown): unknown {
  if (value === undefined) return { undefined: true }
  if (value instanceof Uint8Array) return `0x${toHex(value)}`
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [toJson(key), toJson(item)]) }
  if (value instanceof Set) return { set: [...value].map(toJson) }
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]))
  return value
}

/** What `toJson` showed. */
export function fromJson(json: unknown): unknown {
  if (typeof json === 'string') return json.startsWith('0x') ? fromHex(json.slice(2)) : json
  if (Array.isArray(json)) return json.map(fromJson)
  if (typeof json !== 'object' || json === null) return json
  const { map, set, ...members } = json as { readonly [key: string]: unknown }
  if (map) return new Map((map as [unknown, unknown][]).map(([key, item]) => [fromJson(key), fromJson(item)]))
  if (set) return new Set((set as unknown[]).map(fromJson))
  if (members['undefined'] === true) return undefined
  return Object.fromEntries(Object.entries(members).map(([key, item]) => [key, fromJson(item)]))
}
